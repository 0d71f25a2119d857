package org.bitrank.engine.weights;

/**
 * How the inputs of a linear layer are quantized while the model runs, as a checkpoint or a recipe says it.
 *
 * @param bits of one code
 * @param groupSize neighbouring columns that share a scale with {@link Granularity#GROUP}; else 0
 * @param symmetric zero is a code and no zero point is kept
 * @param dynamic scales come from the inputs themselves; with {@link #scales} (NVFP4) those scale the dynamic ones
 * @param scales stored with the layer: one for {@link Granularity#TENSOR}, one a column for {@link Granularity#CHANNEL}; null
 *     where there are none
 * @param zeros stored beside {@code scales}, in units of codes; null on a symmetric grid
 */
public record ActivationScheme(
        Type type, int bits, Granularity granularity, int groupSize, boolean symmetric, boolean dynamic, float[] scales, float[] zeros) {
    /** Kinds of grid. */
    public enum Type {
        /** Uniform integers. */
        INT,
        /** Float8 E4M3 at 8 bits, float4 E2M1 at 4 bits. */
        FLOAT
    }

    /** Which inputs share a scale. */
    public enum Granularity {
        TENSOR,
        TOKEN,
        CHANNEL,
        GROUP
    }

    /** Scales found while running, symmetric: the usual kind. */
    public static ActivationScheme dynamic(Type type, int bits, Granularity granularity, int groupSize) {
        return new ActivationScheme(type, bits, granularity, groupSize, true, true, null, null);
    }

    /** The same with what is stored for one layer. */
    public ActivationScheme with(float[] scales, float[] zeros) {
        return new ActivationScheme(type, bits, granularity, groupSize, symmetric, dynamic, scales, zeros);
    }
}
