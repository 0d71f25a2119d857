package org.bitrank.engine.model;

import java.util.Collections;
import java.util.List;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A vision tower in numbers.
 *
 * @param blocks its blocks, as those of any model: what {@link DecoderBlock}, recipes and methods work on
 * @param imageSize side of the square pictures that it reads, in pixels
 * @param patchSize side of a patch
 */
public record TowerConfig(TowerFamily family, ModelConfig blocks, int imageSize, int patchSize) {
    private static final int CHANNELS = 3;
    /** More patches than any published tower has; what is beyond is a typing error that would ask for all memory. */
    private static final int MOST_PATCHES = 1 << 16;

    /** @param config the config of a tower alone, or what another calls {@code vision_config} */
    public static TowerConfig of(ObjectNode config) {
        return read(new ConfigFields(config, "config.json"), OnlineSteps.of(config));
    }

    static TowerConfig read(ConfigFields config, OnlineSteps online) {
        TowerFamily family = TowerFamily.of(config);
        int width = config.size("hidden_size", family.width());
        int heads = config.size("num_attention_heads", family.heads());
        int layers = config.size("num_hidden_layers", family.layers());
        int imageSize = config.size("image_size", family.imageSize());
        int patchSize = config.size("patch_size", family.patchSize());
        if (width % heads != 0) {
            throw BitRankException.badInput("%s: hidden_size %d does not divide by %d heads".formatted(config.where(), width, heads));
        }
        if (config.size("num_channels", CHANNELS) != CHANNELS) {
            throw BitRankException.unsupported(config.where() + ": pictures have 3 channels, not num_channels " + config.size("num_channels"));
        }
        long side = imageSize / patchSize;
        if (side < 1 || side * side > MOST_PATCHES) {
            throw BitRankException.badInput("%s: pictures of %d pixels a side have no 1 to %d patches of %d"
                    .formatted(config.where(), imageSize, MOST_PATCHES, patchSize));
        }
        int tokens = (int) (side * side) + (family.classToken() == null ? 0 : 1);
        var shape = AttentionShape.full(heads, heads, width / heads, (float) (1 / Math.sqrt((double) width / heads)));
        Architecture architecture = family.blocks();
        var blocks = new ModelConfig(
                architecture, width, config.size("intermediate_size", family.intermediate()), layers, heads, heads, width / heads,
                0, tokens, width, (float) config.number("layer_norm_eps", architecture.defaults().epsilon()), true, true, false,
                true, true, true, architecture.arrangement().usual(), activation(config, architecture), 0, 0,
                Collections.nCopies(layers, shape), null, List.of(), online, null);
        return new TowerConfig(family, blocks, imageSize, patchSize);
    }

    private static Activation activation(ConfigFields config, Architecture architecture) {
        String name = config.text("hidden_act", architecture.defaults().activation());
        Activation activation = ModelConfigReader.activation(name);
        if (activation == null) {
            throw BitRankException.unsupported("activation '%s' is not supported for model type %s".formatted(name, architecture.modelType()));
        }
        return activation;
    }

    /** Patches along a side of a picture. */
    public int side() {
        return imageSize / patchSize;
    }

    /** Rows of a picture's hidden states: its patches, behind the class token where the family has one. */
    public int tokens() {
        return blocks.maxPositions();
    }

    /** Numbers of one picture: {@code [3, imageSize, imageSize]}. */
    int pixels() {
        return CHANNELS * imageSize * imageSize;
    }

    /** Numbers of one patch. */
    int patchPixels() {
        return CHANNELS * patchSize * patchSize;
    }
}
