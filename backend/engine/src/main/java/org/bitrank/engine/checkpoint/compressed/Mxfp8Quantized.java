package org.bitrank.engine.checkpoint.compressed;

/**
 * compressed-tensors' {@code mxfp8-quantized}, MXFP8 of the Open Compute Project: {@code weight} float8 E4M3
 * {@code [rows, columns]}, {@code weight_scale} uint8 {@code [rows, columns / 32]} E8M0. Value = E4M3 · 2^(scale − 127).
 */
public final class Mxfp8Quantized extends MxQuantized {
    public Mxfp8Quantized() {
        super("mxfp8-quantized", FloatCodes.E4M3);
    }

    /** Modules that are not quantized have a {@code weight} too. */
    @Override
    public String mark() {
        return SCALE;
    }
}
