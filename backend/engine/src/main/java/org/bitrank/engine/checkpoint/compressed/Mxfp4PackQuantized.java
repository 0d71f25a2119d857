package org.bitrank.engine.checkpoint.compressed;

/**
 * compressed-tensors' {@code mxfp4-pack-quantized}, MXFP4 of the Open Compute Project: {@code weight_packed} uint8
 * {@code [rows, columns / 2]}, E2M1, low nibble first; {@code weight_scale} uint8 {@code [rows, columns / 32]} E8M0.
 * Value = E2M1 · 2^(scale − 127).
 */
public final class Mxfp4PackQuantized extends MxQuantized {
    public Mxfp4PackQuantized() {
        super("mxfp4-pack-quantized", FloatCodes.E2M1);
    }

    @Override
    public String mark() {
        return FloatCodes.E2M1.part();
    }
}
