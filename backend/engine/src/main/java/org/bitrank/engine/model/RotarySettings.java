package org.bitrank.engine.model;

import org.bitrank.kernels.BitRankException;

/**
 * Rotary position embedding of a model.
 *
 * @param base {@code rope_theta}
 * @param size elements of a head that turn, from its first on; an even number
 * @param scaling how the frequencies are stretched
 */
public record RotarySettings(double base, int size, RotaryScaling scaling) {
    /**
     * Reads all spellings: transformers 5 ({@code rope_parameters}), before ({@code rope_theta}, {@code rope_scaling}) and
     * GPT-NeoX ({@code rotary_emb_base}, {@code rotary_pct}).
     */
    static RotarySettings read(ConfigFields config, PositionRule.Rotary rule, double usualBase, int headSize, int maxPositions) {
        ConfigFields rope = config.object("rope_parameters");
        if (rope == null) {
            rope = config.object("rope_scaling");
        }
        double base = config.number(config.firstOf("rope_theta", "rotary_emb_base"), usualBase);
        double part = config.number(config.firstOf("partial_rotary_factor", "rotary_pct"), rule.part() == 0 ? 1 : rule.part());
        if (rope == null) {
            return new RotarySettings(base, size(rule, part, headSize), new RotaryScaling.Default());
        }
        if (rope.object("full_attention") != null || rope.object("sliding_attention") != null) {
            throw BitRankException.unsupported("rope parameters of their own for each kind of layer are not supported");
        }
        int size = size(rule, rope.number("partial_rotary_factor", part), headSize);
        return new RotarySettings(rope.number("rope_theta", base), size, scaling(config, rope, size, maxPositions));
    }

    private static int size(PositionRule.Rotary rule, double part, int headSize) {
        if (part != 1 && rule.part() == 0) {
            throw BitRankException.unsupported(
                    "rotary embedding of a part of the head (partial_rotary_factor) is not supported for this model type");
        }
        int size = (int) (headSize * part);
        if (part > 1 || size < 2 || size % 2 != 0) {
            throw BitRankException.badInput("config.json: %s of a head of %d elements cannot be rotated in pairs"
                    .formatted(size == headSize ? "all" : size + " elements", headSize));
        }
        return size;
    }

    private static RotaryScaling scaling(ConfigFields config, ConfigFields rope, int size, int maxPositions) {
        return switch (type(rope)) {
            case "default" -> new RotaryScaling.Default();
            case "linear" -> new RotaryScaling.Linear(rope.positive("factor"));
            case "dynamic" -> new RotaryScaling.Dynamic(rope.positive("factor"), maxPositions);
            case "yarn" -> yarn(rope, original(config, rope, maxPositions), maxPositions);
            case "llama3" -> new RotaryScaling.Llama3(
                    rope.positive("factor"),
                    rope.positive("low_freq_factor"),
                    rope.positive("high_freq_factor"),
                    original(config, rope, maxPositions));
            case "longrope" -> longRope(rope, original(config, rope, maxPositions), size, maxPositions);
            default -> throw BitRankException.unsupported("rotary scaling '" + type(rope)
                    + "' is not supported; supported are default, linear, dynamic, yarn, llama3, longrope");
        };
    }

    /** Early files of Phi-3 call longrope su, or yarn. */
    private static String type(ConfigFields rope) {
        String type = rope.text("rope_type", rope.text("type", "default"));
        return type.equals("su") || type.equals("yarn") && rope.has("short_factor") ? "longrope" : type;
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

    private static RotaryScaling longRope(ConfigFields rope, int original, int size, int maxPositions) {
        double factor = rope.has("factor") ? rope.positive("factor") : (double) maxPositions / original;
        double magnitude = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        return new RotaryScaling.LongRope(
                factors(rope, "short_factor", size),
                factors(rope, "long_factor", size),
                original,
                (float) rope.number("attention_factor", magnitude));
    }

    private static float[] factors(ConfigFields rope, String key, int size) {
        float[] factors = rope.numbers(key);
        if (factors.length != size / 2) {
            throw BitRankException.badInput("%s: %s needs %d numbers, one for every pair of a head that turns, and has %d"
                    .formatted(rope.where(), key, size / 2, factors.length));
        }
        return factors;
    }
}
