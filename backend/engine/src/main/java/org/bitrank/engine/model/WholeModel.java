package org.bitrank.engine.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.BitRankException;

/**
 * Tells from the headers of a checkpoint's files whether a model can be loaded from it, so that what cannot is refused before it
 * waits for its turn: no weight is read.
 */
public final class WholeModel {
    private static final int NAMES_SHOWN = 3;

    private final Checkpoint checkpoint;
    private final WeightSource weights;
    private final List<String> missing = new ArrayList<>();

    private WholeModel(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.weights = checkpoint.weights();
    }

    /**
     * The model's config, when its tensors are all there in the sizes that the config says, and a tokenizer with them. Throws
     * {@link BitRankException} as {@link ModelConfig#of(Checkpoint)} does, and BAD_INPUT for what is missing or of another size.
     */
    public static ModelConfig require(Checkpoint checkpoint) {
        ModelConfig config = ModelConfig.of(checkpoint);
        new WholeModel(checkpoint).tensors(config);
        Tokenizer.of(checkpoint).close();
        return config;
    }

    private void tensors(ModelConfig config) {
        ModelNames names = config.architecture().names();
        table(names.embedding(), config.vocabularySize(), config.embeddingSize());
        blocks(config, config.layers());
        if (config.finalNorm() && config.normGains()) {
            present(names.finalNorm() + ".weight");
        }
        if (!config.tiedEmbeddings()) {
            table(config.head(), config.vocabularySize(), config.embeddingSize());
        }
        VisionConfig vision = config.vision();
        // Checkpoints of the original LLaVA code leave their tower where it came from; the reader of pictures says so.
        if (vision != null && weights.names().stream().anyMatch(name -> name.startsWith(TowerFamily.PREFIX))) {
            blocks(vision.tower().blocks(), vision.blocksRun());
            vision.projectorLinears().forEach(linear -> present(linear + ".weight"));
        }
        if (!missing.isEmpty()) {
            List<String> files = checkpoint.weightFiles().stream().map(Path::getFileName).map(Path::toString).toList();
            String named = String.join(", ", missing.subList(0, Math.min(NAMES_SHOWN, missing.size())));
            throw BitRankException.badInput("%s: %s %s missing%s; config.json asks for %s; get the whole checkpoint, or save the model again".formatted(
                    files.size() == 1 ? files.getFirst() : files.getFirst() + " to " + files.getLast(), named,
                    missing.size() == 1 ? "is" : "are", missing.size() > NAMES_SHOWN ? ", and " + (missing.size() - NAMES_SHOWN) + " tensors more" : "",
                    missing.size() == 1 ? "it" : "them"));
        }
    }

    private void blocks(ModelConfig config, int count) {
        for (int index = 0; index < count; index++) {
            BlockLayout layout = BlockLayout.of(config, index);
            if (config.normGains()) {
                present(layout.attentionNorm() + ".weight");
                present(layout.feedForwardNorm() + ".weight");
            }
            layout.projections().forEach(this::linear);
            linear(layout.output());
            if (layout.router() != null) {
                linear(layout.router());
            }
            layout.experts().stream().flatMap(expert -> Stream.concat(expert.in().stream(), Stream.of(expert.down()))).forEach(this::linear);
        }
    }

    private void linear(LinearShape shape) {
        table(shape.name(), shape.outputs(), shape.inputs());
        if (shape.biased()) {
            present(shape.name() + ".bias");
        }
    }

    private void table(String name, int rows, int columns) {
        String tensor = name + ".weight";
        if (present(tensor)) {
            TensorInfo info = weights.info(tensor);
            if (info.rows() != rows || info.columns() != columns) {
                throw BitRankException.badInput("tensor %s is [%d, %d], but config.json asks for [%d, %d]; one of them belongs to another model".formatted(
                        checkpoint.storedName(tensor), info.rows(), info.columns(), rows, columns));
            }
        }
    }

    private boolean present(String tensor) {
        boolean there = weights.contains(tensor);
        if (!there) {
            missing.add(checkpoint.storedName(tensor));
        }
        return there;
    }
}
