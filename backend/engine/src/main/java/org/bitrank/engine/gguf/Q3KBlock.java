package org.bitrank.engine.gguf;

/**
 * Q3_K: 256 three-bit codes in 16 runs of 16. First the third bits (bit {@code b} of byte {@code i} is that of code
 * {@code 32 b + i}), then the other two ({@link Fields}), then 16 six-bit scales in 12 bytes, then their float16 unit:
 * {@code value = unit * (scale - 32) * (code - 4)}.
 */
final class Q3KBlock implements BlockCodec {
    private static final int RUNS = 16;
    private static final int RUN = 16;
    private static final int LEVELS = 4;
    private static final int MIDDLE = 32;
    private static final int CODES = 32;
    private static final int SCALES = 96;
    private static final int UNIT = 108;

    @Override
    public void decode(byte[] data, int at, float[] values, int to) {
        float unit = Bytes.half(data, at + UNIT);
        var codes = new int[RUNS * RUN];
        Fields.unpack(data, at + CODES, codes);
        for (int run = 0; run < RUNS; run++) {
            float scale = unit * (scale(data, at + SCALES, run) - MIDDLE);
            for (int i = run * RUN; i < (run + 1) * RUN; i++) {
                int third = data[at + i % 32] >>> i / 32 & 1;
                values[to + i] = scale * (codes[i] + (third << 2) - LEVELS);
            }
        }
    }

    @Override
    public void encode(float[] values, int from, byte[] data, int at) {
        var codes = new int[RUNS * RUN];
        var scales = new float[RUNS];
        for (int run = 0; run < RUNS; run++) {
            scales[run] = ScaleSearch.refined(values, from + run * RUN, RUN, LEVELS, codes, run * RUN);
        }
        float largest = Extremes.signed(scales, 0, RUNS);
        float unit = 0;
        if (largest != 0) {
            float inverse = -MIDDLE / largest;
            for (int run = 0; run < RUNS; run++) {
                // A byte, as ggml keeps it before it is clamped.
                int scale = (byte) Rounding.nearest(inverse * scales[run]);
                putScale(data, at + SCALES, run, Rounding.clamp(scale, -MIDDLE, MIDDLE - 1) + MIDDLE);
            }
            unit = Bytes.putHalf(data, at + UNIT, 1 / inverse);
        }
        for (int run = 0; run < RUNS; run++) {
            // Without any scale the stored six bits are zeros, which mean -32; the unit makes that zero again.
            float scale = unit * (scale(data, at + SCALES, run) - MIDDLE);
            for (int i = run * RUN; scale != 0 && i < (run + 1) * RUN; i++) {
                codes[i] = Rounding.clamp(Rounding.nearest(values[from + i] / scale), -LEVELS, LEVELS - 1) + LEVELS;
            }
        }
        for (int i = 0; i < codes.length; i++) {
            data[at + i % 32] |= (byte) (codes[i] >>> 2 << i / 32);
        }
        Fields.pack(codes, data, at + CODES);
    }

    /** Low four bits: two runs eight apart in a byte. High two bits: four runs four apart in a byte. */
    private static int scale(byte[] data, int at, int run) {
        int low = data[at + run % 8] >>> 4 * (run / 8) & 15;
        int high = data[at + 8 + run % 4] >>> 2 * (run / 4) & 3;
        return low | high << 4;
    }

    private static void putScale(byte[] data, int at, int run, int scale) {
        data[at + run % 8] |= (byte) ((scale & 15) << 4 * (run / 8));
        data[at + 8 + run % 4] |= (byte) (scale >>> 4 << 2 * (run / 4));
    }
}
