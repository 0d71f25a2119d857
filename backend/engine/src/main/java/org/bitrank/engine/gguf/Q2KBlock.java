package org.bitrank.engine.gguf;

/**
 * Q2_K: 256 two-bit codes in 16 runs of 16. A byte a run holds four bits of scale and four of minimum, then the codes
 * ({@link Fields}), then the float16 units of scales and minima: {@code value = unit * scale * code - unitOfMinima * minimum}.
 */
final class Q2KBlock implements BlockCodec {
    private static final int RUNS = 16;
    private static final int RUN = 16;
    private static final int LEVELS = 3;
    private static final float LARGEST = 15;
    private static final int CODES = 16;
    private static final int UNIT = 80;
    private static final int MINIMA = 82;

    @Override
    public void decode(byte[] data, int at, float[] values, int to) {
        float unit = Bytes.half(data, at + UNIT);
        float unitOfMinima = Bytes.half(data, at + MINIMA);
        var codes = new int[RUNS * RUN];
        Fields.unpack(data, at + CODES, codes);
        for (int run = 0; run < RUNS; run++) {
            float scale = unit * (data[at + run] & 15);
            float minimum = unitOfMinima * (data[at + run] >>> 4 & 15);
            for (int i = run * RUN; i < (run + 1) * RUN; i++) {
                values[to + i] = scale * codes[i] - minimum;
            }
        }
    }

    @Override
    public void encode(float[] values, int from, byte[] data, int at) {
        var codes = new int[RUNS * RUN];
        var fits = new ScaleSearch.Fit[RUNS];
        var importance = new float[RUN];
        float largestScale = 0;
        float largestMinimum = 0;
        for (int run = 0; run < RUNS; run++) {
            for (int i = 0; i < RUN; i++) {
                importance[i] = Math.abs(values[from + run * RUN + i]);
            }
            fits[run] = ScaleSearch.withMinimum(values, from + run * RUN, importance, LEVELS, -0.5f, 15, true, codes, run * RUN);
            largestScale = Math.max(largestScale, fits[run].scale());
            largestMinimum = Math.max(largestMinimum, fits[run].minimum());
        }
        for (int run = 0; run < RUNS; run++) {
            int scale = largestScale > 0 ? Rounding.nearest(LARGEST / largestScale * fits[run].scale()) : 0;
            int minimum = largestMinimum > 0 ? Rounding.nearest(LARGEST / largestMinimum * fits[run].minimum()) : 0;
            data[at + run] = (byte) (scale | minimum << 4);
        }
        float unit = Bytes.putHalf(data, at + UNIT, largestScale / LARGEST);
        float unitOfMinima = Bytes.putHalf(data, at + MINIMA, largestMinimum / LARGEST);
        for (int run = 0; run < RUNS; run++) {
            float scale = unit * (data[at + run] & 15);
            float minimum = unitOfMinima * (data[at + run] >>> 4 & 15);
            for (int i = run * RUN; scale != 0 && i < (run + 1) * RUN; i++) {
                codes[i] = Rounding.clamp(Rounding.nearest((values[from + i] + minimum) / scale), 0, LEVELS);
            }
        }
        Fields.pack(codes, data, at + CODES);
    }
}
