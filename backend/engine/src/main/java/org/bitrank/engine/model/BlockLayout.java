package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitrank.kernels.Activation;

/**
 * The norms and linear layers of one block, by name and shape: what its family says, in the sizes of its config.
 *
 * @param projections to queries, keys and values: one layer or three
 * @param output behind the attention
 * @param router null where every token goes the same way
 * @param experts one, or those that the router chooses among
 */
record BlockLayout(
        ModelConfig config,
        String attentionNorm,
        List<LinearShape> projections,
        LinearShape output,
        String feedForwardNorm,
        LinearShape router,
        List<Expert> experts) {
    /** A feed-forward part: what reads the norm, and the way back. */
    record Expert(List<LinearShape> in, LinearShape down) {}

    static BlockLayout of(ModelConfig config, int index) {
        Architecture architecture = config.architecture();
        String block = architecture.names().block(index);
        AttentionParts attention = architecture.attention();
        FeedForwardParts feedForward = architecture.feedForward();
        int hidden = config.hiddenSize();
        var experts = new ArrayList<Expert>();
        if (feedForward.routed()) {
            for (int expert = 0; expert < config.experts(); expert++) {
                experts.add(expert(config, block + feedForward.experts() + expert + "."));
            }
        } else {
            experts.add(expert(config, block));
        }
        return new BlockLayout(
                config,
                block + attention.norm(),
                projections(config, block),
                LinearShape.of(block + attention.output(), hidden, config.queryWidth(), config.outputBias()),
                block + feedForward.norm(),
                feedForward.routed() ? LinearShape.of(block + feedForward.router(), config.experts(), hidden, false) : null,
                experts);
    }

    private static List<LinearShape> projections(ModelConfig config, String block) {
        AttentionParts attention = config.architecture().attention();
        int[] widths = {config.queryWidth(), config.keyWidth(), config.keyWidth()};
        boolean biased = config.projectionBias();
        if (attention.order() != null) {
            List<int[]> parts = switch (attention.order()) {
                case STACKED -> LinearShape.stacked(widths);
                case BY_HEAD -> LinearShape.byHead(3, config.heads(), config.headSize());
            };
            return List.of(new LinearShape(block + attention.projections().getFirst(), config.hiddenSize(), biased, parts));
        }
        return IntStream.range(0, 3)
                .mapToObj(i -> LinearShape.of(block + attention.projections().get(i), widths[i], config.hiddenSize(), biased))
                .toList();
    }

    private static Expert expert(ModelConfig config, String prefix) {
        FeedForwardParts parts = config.architecture().feedForward();
        int hidden = config.hiddenSize();
        int width = config.intermediateSize();
        boolean biased = config.feedForwardBias();
        List<LinearShape> in = parts.gated() && parts.in().size() == 1
                ? List.of(new LinearShape(prefix + parts.in().getFirst(), hidden, biased, LinearShape.stacked(width, width)))
                : parts.in().stream().map(name -> LinearShape.of(prefix + name, width, hidden, biased)).toList();
        return new Expert(in, LinearShape.of(prefix + parts.down(), hidden, width, biased));
    }

    /** As {@link ModelConfig#linearGroups}. */
    List<List<String>> linearGroups() {
        var groups = new ArrayList<List<String>>();
        groups.add(names(projections));
        groups.add(List.of(output.name()));
        for (Expert expert : experts) {
            groups.add(names(expert.in()));
            groups.add(List.of(expert.down().name()));
        }
        return groups;
    }

    /** As {@link ModelConfig#scaleSites}. */
    List<ScaleSite> scaleSites() {
        var sites = new ArrayList<ScaleSite>();
        boolean norms = config.arrangement().normFeedsPartsOnly() && config.normGains();
        int[] channels = IntStream.range(0, config.hiddenSize()).toArray();
        if (norms) {
            sites.add(new ScaleSite(
                    ScaleSite.Source.NORM, attentionNorm, channels, names(projections), ScaleSite.Measure.ATTENTION));
        }
        // With grouped keys, several channels of the output's input come from one row of the values.
        if (config.heads() == config.keyHeads()) {
            sites.add(linearSite(projections.getLast(), output));
        }
        if (norms) {
            Stream<LinearShape> readers = experts.stream().flatMap(expert -> expert.in().stream());
            List<LinearShape> all = router == null ? readers.toList() : Stream.concat(Stream.of(router), readers).toList();
            sites.add(new ScaleSite(
                    ScaleSite.Source.NORM, feedForwardNorm, channels, names(all), ScaleSite.Measure.FEED_FORWARD));
        }
        // A product with the gate, and the cut at zero, let a positive factor through; other curves do not.
        if (config.architecture().feedForward().gated() || config.activation() == Activation.RELU) {
            experts.forEach(expert -> sites.add(linearSite(expert.in().getLast(), expert.down())));
        }
        return sites;
    }

    private static ScaleSite linearSite(LinearShape producer, LinearShape consumer) {
        return new ScaleSite(ScaleSite.Source.LINEAR, producer.name(), producer.lastPart(), List.of(consumer.name()),
                ScaleSite.Measure.LINEAR);
    }

    private static List<String> names(List<LinearShape> linears) {
        return linears.stream().map(LinearShape::name).toList();
    }
}
