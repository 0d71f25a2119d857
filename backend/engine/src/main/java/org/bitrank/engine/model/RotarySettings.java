package org.bitrank.engine.model;

import org.bitrank.kernels.BitRankException;

/** Rotary position embedding of a model: {@code rope_theta} and how it is stretched. */
public record RotarySettings(double base, RotaryScaling scaling) {
    /** Reads both spellings: transformers 5 ({@code rope_parameters}) and before ({@code rope_theta}, {@code rope_scaling}). */
    static RotarySettings read(ConfigFields config, int headSize, int maxPositions) {
        ConfigFields rope = config.object("rope_parameters");
        if (rope == null) {
            rope = config.object("rope_scaling");
        }
        double base = config.number("rope_theta", 10000);
        if (rope == null) {
            refusePartial(config);
            return new RotarySettings(base, new RotaryScaling.Default());
        }
        if (rope.object("full_attention") != null || rope.object("sliding_attention") != null) {
            throw BitRankException.unsupported("rope parameters of their own for each kind of layer are not supported");
        }
        refusePartial(config);
        refusePartial(rope);
        base = rope.number("rope_theta", base);
        return new RotarySettings(base, scaling(config, rope, headSize, maxPositions));
    }

    private static void refusePartial(ConfigFields fields) {
        if (fields.number("partial_rotary_factor", 1) != 1) {
            throw BitRankException.unsupported("rotary embedding of a part of the head (partial_rotary_factor) is not supported");
        }
    }

    private static RotaryScaling scaling(ConfigFields config, ConfigFields rope, int headSize, int maxPositions) {
        String type = rope.text("rope_type", rope.text("type", "default"));
        return switch (type) {
            case "default" -> new RotaryScaling.Default();
            case "linear" -> new RotaryScaling.Linear(rope.positive("factor"));
            case "dynamic" -> new RotaryScaling.Dynamic(rope.positive("factor"), maxPositions);
            case "yarn" -> yarn(rope, original(config, rope, maxPositions), maxPositions);
            case "llama3" -> new RotaryScaling.Llama3(
                    rope.positive("factor"),
                    rope.positive("low_freq_factor"),
                    rope.positive("high_freq_factor"),
                    original(config, rope, maxPositions));
            case "longrope", "su" -> longRope(rope, original(config, rope, maxPositions), headSize, maxPositions);
            default -> throw BitRankException.unsupported("rotary scaling '" + type
                    + "' is not supported; supported are default, linear, dynamic, yarn, llama3, longrope");
        };
    }

    private static int original(ConfigFields config, ConfigFields rope, int maxPositions) {
        String key = "original_max_position_embeddings";
        return config.has(key) ? config.size(key) : rope.size(key, maxPositions);
    }

    private static RotaryScaling yarn(ConfigFields rope, int original, int maxPositions) {
        double factor = rope.has("factor") ? rope.positive("factor") : (double) maxPositions / original;
        double scale = rope.number("mscale", 0);
        double scaleAll = rope.number("mscale_all_dim", 0);
        double magnitude = scale != 0 && scaleAll != 0
                ? RotaryScaling.Yarn.inferredMagnitude(factor, scale) / RotaryScaling.Yarn.inferredMagnitude(factor, scaleAll)
                : RotaryScaling.Yarn.inferredMagnitude(factor, 1);
        return new RotaryScaling.Yarn(
                factor,
                original,
                rope.number("beta_fast", 32),
                rope.number("beta_slow", 1),
                rope.flag("truncate", true),
                (float) rope.number("attention_factor", magnitude));
    }

    private static RotaryScaling longRope(ConfigFields rope, int original, int headSize, int maxPositions) {
        double factor = rope.has("factor") ? rope.positive("factor") : (double) maxPositions / original;
        double magnitude = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        return new RotaryScaling.LongRope(
                factors(rope, "short_factor", headSize),
                factors(rope, "long_factor", headSize),
                original,
                (float) rope.number("attention_factor", magnitude));
    }

    private static float[] factors(ConfigFields rope, String key, int headSize) {
        float[] factors = rope.numbers(key);
        if (factors.length != headSize / 2) {
            throw BitRankException.badInput("%s: %s needs %d numbers, one for every pair of a head, and has %d"
                    .formatted(rope.where(), key, headSize / 2, factors.length));
        }
        return factors;
    }
}
