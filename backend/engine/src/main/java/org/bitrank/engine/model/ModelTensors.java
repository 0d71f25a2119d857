package org.bitrank.engine.model;

import java.util.HashSet;
import java.util.Set;

/** The names of all tensors that a model of a config is made of; those that only some checkpoints have are among them. */
final class ModelTensors {
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    private final ModelConfig config;
    private final Set<String> names = new HashSet<>();

    private ModelTensors(ModelConfig config) {
        this.config = config;
    }

    static Set<String> of(ModelConfig config) {
        var tensors = new ModelTensors(config);
        tensors.language();
        return tensors.names;
    }

    private void language() {
        ModelNames outside = config.architecture().names();
        names.add(outside.embedding() + WEIGHT);
        // A tied head is the table once more, and files may hold it twice.
        names.add(outside.head() + WEIGHT);
        if (config.embeddingSize() != config.hiddenSize()) {
            names.add(outside.inputProjection() + WEIGHT);
            names.add(outside.outputProjection() + WEIGHT);
        }
        if (config.architecture().positions() instanceof PositionRule.Learned) {
            names.add(outside.positions() + WEIGHT);
        }
        if (outside.embeddingNorm() != null) {
            norm(config, outside.embeddingNorm());
        }
        if (config.finalNorm()) {
            norm(config, outside.finalNorm());
        }
        blocks(config);
        if (config.vision() != null) {
            pictures(config.vision());
        }
    }

    private void blocks(ModelConfig of) {
        AttentionParts attention = of.architecture().attention();
        for (int index = 0; index < of.layers(); index++) {
            BlockLayout layout = BlockLayout.of(of, index);
            norm(of, layout.attentionNorm());
            norm(of, layout.feedForwardNorm());
            layout.projections().forEach(this::linear);
            linear(layout.output());
            if (layout.router() != null) {
                linear(layout.router());
            }
            layout.experts().forEach(expert -> {
                expert.in().forEach(this::linear);
                linear(expert.down());
            });
            if (attention.queryNorm() != null) {
                names.add(of.architecture().names().block(index) + attention.queryNorm() + WEIGHT);
                names.add(of.architecture().names().block(index) + attention.keyNorm() + WEIGHT);
            }
        }
    }

    private void pictures(VisionConfig vision) {
        TowerFamily family = vision.tower().family();
        ModelConfig blocks = vision.tower().blocks();
        names.add(family.patches() + WEIGHT);
        if (family.patchBias()) {
            names.add(family.patches() + BIAS);
        }
        if (family.classToken() != null) {
            names.add(family.classToken());
        }
        names.add(blocks.architecture().names().positions() + WEIGHT);
        if (family.firstNorm() != null) {
            norm(blocks, family.firstNorm());
        }
        // The whole tower, also the blocks behind the features that are read.
        blocks(blocks);
        for (String linear : vision.projectorLinears()) {
            names.add(linear + WEIGHT);
            if (vision.biased()) {
                names.add(linear + BIAS);
            }
        }
        names.add(PictureEncoder.NEWLINE);
    }

    private void linear(LinearShape linear) {
        names.add(linear.name() + WEIGHT);
        if (linear.biased()) {
            names.add(linear.name() + BIAS);
        }
    }

    private void norm(ModelConfig of, String norm) {
        if (of.normGains()) {
            names.add(norm + WEIGHT);
            if (of.architecture().norm() == Norm.Kind.LAYER) {
                names.add(norm + BIAS);
            }
        }
    }
}
