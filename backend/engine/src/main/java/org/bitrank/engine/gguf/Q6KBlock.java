package org.bitrank.engine.gguf;

/**
 * Q6_K: 256 six-bit codes in 16 runs of 16. 128 bytes of low nibbles (in each half of 128 codes, codes {@code i} and
 * {@code i + 64} share byte {@code i} of 64), 64 bytes of high bits ({@link Fields}), 16 signed bytes of scale, their float16
 * unit: {@code value = unit * scale * (code - 32)}.
 */
final class Q6KBlock implements BlockCodec {
    private static final int RUNS = 16;
    private static final int RUN = 16;
    private static final int LEVELS = 32;
    private static final int HIGH = 128;
    private static final int SCALES = 192;
    private static final int UNIT = 208;

    @Override
    public void decode(byte[] data, int at, float[] values, int to) {
        float unit = Bytes.half(data, at + UNIT);
        var high = new int[RUNS * RUN];
        Fields.unpack(data, at + HIGH, high);
        for (int i = 0; i < RUNS * RUN; i++) {
            float scale = unit * data[at + SCALES + i / RUN];
            int low = data[at + lowAt(i)] >>> lowShift(i) & 15;
            values[to + i] = scale * ((low | high[i] << 4) - LEVELS);
        }
    }

    @Override
    public void encode(float[] values, int from, byte[] data, int at) {
        var codes = new int[RUNS * RUN];
        var scales = new float[RUNS];
        for (int run = 0; run < RUNS; run++) {
            scales[run] = ScaleSearch.symmetric(values, from + run * RUN, RUN, LEVELS, codes, run * RUN);
        }
        float largest = Extremes.signed(scales, 0, RUNS);
        if (Math.abs(largest) < ScaleSearch.NOTHING) {
            return;
        }
        float inverse = -128 / largest;
        float unit = Bytes.putHalf(data, at + UNIT, 1 / inverse);
        for (int run = 0; run < RUNS; run++) {
            data[at + SCALES + run] = (byte) Math.min(127, Rounding.nearest(inverse * scales[run]));
            float scale = unit * data[at + SCALES + run];
            for (int i = run * RUN; scale != 0 && i < (run + 1) * RUN; i++) {
                codes[i] = Rounding.clamp(Rounding.nearest(values[from + i] / scale), -LEVELS, LEVELS - 1) + LEVELS;
            }
        }
        var high = new int[codes.length];
        for (int i = 0; i < codes.length; i++) {
            data[at + lowAt(i)] |= (byte) ((codes[i] & 15) << lowShift(i));
            high[i] = codes[i] >>> 4;
        }
        Fields.pack(high, data, at + HIGH);
    }

    private static int lowAt(int code) {
        return code / 128 * 64 + code % 64;
    }

    private static int lowShift(int code) {
        return code % 128 < 64 ? 0 : 4;
    }
}
