package org.bitrank.engine.weights;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * How the inputs of a linear layer are quantized while the model runs, as a checkpoint or a recipe says it.
 *
 * @param bits of one code
 * @param groupSize neighbouring columns that share a scale with {@link Granularity#GROUP}; else 0
 * @param symmetric zero is a code and no zero point is kept; always with types other than {@link Type#INT}
 * @param dynamic scales come from the inputs themselves; with {@link #scales} (NVFP4) those scale the dynamic ones
 * @param clipRatio share of the range that dynamic scales cover; 1 is all of it
 * @param outlierThreshold inputs of at least this magnitude are left as they are, as LLM.int8 does; 0 where none are
 * @param scales stored with the layer: one for {@link Granularity#TENSOR}, one a column for {@link Granularity#CHANNEL}; null
 *     where there are none
 * @param zeros stored beside {@code scales}, in units of codes; null on a symmetric grid
 */
public record ActivationScheme(
        Type type,
        int bits,
        Granularity granularity,
        int groupSize,
        boolean symmetric,
        boolean dynamic,
        double clipRatio,
        double outlierThreshold,
        float[] scales,
        float[] zeros) {
    /** Kinds of grid. */
    public enum Type {
        /** Uniform integers. */
        INT,
        /** Float8 E4M3 at 8 bits, float4 E2M1 at 4 bits. */
        FLOAT,
        /** Uniform after a cube root: {@code sign(x) (round(q |x / max|^(1/3)) / q)^3 max} with {@code q = 2^(bits - 1) - 1}. */
        CUBE_ROOT
    }

    /** Which inputs share a scale. */
    public enum Granularity {
        TENSOR,
        TOKEN,
        CHANNEL,
        GROUP
    }

    /** The whole range, and no outliers. */
    public ActivationScheme(
            Type type, int bits, Granularity granularity, int groupSize, boolean symmetric, boolean dynamic, float[] scales, float[] zeros) {
        this(type, bits, granularity, groupSize, symmetric, dynamic, 1, 0, scales, zeros);
    }

    /** Scales found while running, symmetric: the usual kind. */
    public static ActivationScheme dynamic(Type type, int bits, Granularity granularity, int groupSize) {
        return new ActivationScheme(type, bits, granularity, groupSize, true, true, null, null);
    }

    /** The same with what is stored for one layer. */
    public ActivationScheme with(float[] scales, float[] zeros) {
        return new ActivationScheme(type, bits, granularity, groupSize, symmetric, dynamic, clipRatio, outlierThreshold, scales, zeros);
    }

    /** For people: {@code int8 per token}, {@code float4 in groups of 16, scales stored}. */
    public String text() {
        var text = new StringBuilder(switch (type) {
            case INT -> "int";
            case FLOAT -> "float";
            case CUBE_ROOT -> "cube root ";
        }).append(bits).append(switch (granularity) {
            case TENSOR -> " per tensor";
            case TOKEN -> " per token";
            case CHANNEL -> " per channel";
            case GROUP -> " in groups of " + groupSize;
        });
        if (!symmetric) {
            text.append(", asymmetric");
        }
        if (!dynamic) {
            text.append(", scales stored");
        }
        if (outlierThreshold > 0) {
            text.append(", magnitudes from ").append(BigDecimal.valueOf(outlierThreshold).stripTrailingZeros().toPlainString()).append(" up left as they are");
        }
        return text.toString();
    }

    /** The magnitudes of the grid in units of the scale, from 0 up; null for integers. */
    public float[] levels() {
        return switch (type) {
            case INT -> null;
            case FLOAT -> floatLevels();
            case CUBE_ROOT -> cubes();
        };
    }

    /** The codes of positive numbers come first. */
    private float[] floatLevels() {
        return switch (bits) {
            case 8 -> Arrays.copyOf(Codebooks.E4M3.levels(), 127);
            case 4 -> Arrays.copyOf(Codebooks.E2M1.levels(), 8);
            default -> throw new IllegalArgumentException("no floating-point grid of " + bits + " bits");
        };
    }

    private float[] cubes() {
        var levels = new float[1 << bits - 1];
        for (int i = 0; i < levels.length; i++) {
            double root = (double) i / (levels.length - 1);
            levels[i] = (float) (root * root * root);
        }
        return levels;
    }

    /**
     * From which magnitude on each of {@link #levels()} is taken: halfway between neighbours, where a tie goes to the even
     * one; for cube roots halfway between the roots.
     */
    public float[] bounds() {
        float[] levels = levels();
        var bounds = new float[levels.length];
        for (int i = 1; i < levels.length; i++) {
            if (type == Type.CUBE_ROOT) {
                double root = (i - 0.5) / (levels.length - 1);
                bounds[i] = (float) (root * root * root);
            } else {
                float middle = (levels[i - 1] + levels[i]) / 2;
                bounds[i] = i % 2 == 0 ? middle : Math.nextUp(middle);
            }
        }
        return bounds;
    }
}
