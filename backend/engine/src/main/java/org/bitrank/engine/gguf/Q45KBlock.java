package org.bitrank.engine.gguf;

/**
 * Q4_K and Q5_K: 256 codes in 8 runs of 32, each run with a six-bit scale and a six-bit minimum. Float16 units of scales and
 * minima, 12 bytes with the 16 six-bit numbers, for Q5_K 32 bytes of fifth bits (bit {@code b} of byte {@code i}: code
 * {@code 32 b + i}), then 128 bytes of which each 32 hold two runs, one in the low and one in the high nibbles:
 * {@code value = unit * scale * code - unitOfMinima * minimum}.
 *
 * @param bits 4 or 5
 */
record Q45KBlock(int bits) implements BlockCodec {
    private static final int RUNS = 8;
    private static final int RUN = 32;
    private static final float LARGEST = 63;
    private static final int MINIMA = 2;
    private static final int SCALES = 4;
    private static final int FIFTHS = 16;

    @Override
    public void decode(byte[] data, int at, float[] values, int to) {
        float unit = Bytes.half(data, at);
        float unitOfMinima = Bytes.half(data, at + MINIMA);
        for (int run = 0; run < RUNS; run++) {
            float scale = unit * scale(data, at + SCALES, run);
            float minimum = unitOfMinima * minimum(data, at + SCALES, run);
            int codes = codesAt(at) + run / 2 * RUN;
            for (int i = 0; i < RUN; i++) {
                int code = data[codes + i] >>> 4 * (run % 2) & 15;
                if (bits == 5) {
                    code |= (data[at + FIFTHS + i] >>> run & 1) << 4;
                }
                values[to + run * RUN + i] = scale * code - minimum;
            }
        }
    }

    @Override
    public void encode(float[] values, int from, byte[] data, int at) {
        var codes = new int[RUNS * RUN];
        var fits = new ScaleSearch.Fit[RUNS];
        float largestScale = 0;
        float largestMinimum = 0;
        for (int run = 0; run < RUNS; run++) {
            float[] importance = importance(values, from + run * RUN);
            fits[run] = bits == 4
                    ? ScaleSearch.withMinimum(values, from + run * RUN, importance, 15, -1, 20, false, codes, run * RUN)
                    : ScaleSearch.withMinimum(values, from + run * RUN, importance, 31, -0.5f, 15, false, codes, run * RUN);
            largestScale = Math.max(largestScale, fits[run].scale());
            largestMinimum = Math.max(largestMinimum, fits[run].minimum());
        }
        float inverseScale = largestScale > 0 ? LARGEST / largestScale : 0;
        float inverseMinimum = largestMinimum > 0 ? LARGEST / largestMinimum : 0;
        for (int run = 0; run < RUNS; run++) {
            put(data, at + SCALES, run, sixBits(inverseScale * fits[run].scale()), sixBits(inverseMinimum * fits[run].minimum()));
        }
        float unit = Bytes.putHalf(data, at, largestScale / LARGEST);
        float unitOfMinima = Bytes.putHalf(data, at + MINIMA, largestMinimum / LARGEST);
        for (int run = 0; run < RUNS; run++) {
            float scale = unit * scale(data, at + SCALES, run);
            float minimum = unitOfMinima * minimum(data, at + SCALES, run);
            for (int i = run * RUN; scale != 0 && i < (run + 1) * RUN; i++) {
                codes[i] = Rounding.clamp(Rounding.nearest((values[from + i] + minimum) / scale), 0, (1 << bits) - 1);
            }
        }
        for (int i = 0; i < codes.length; i++) {
            int run = i / RUN;
            data[codesAt(at) + run / 2 * RUN + i % RUN] |= (byte) ((codes[i] & 15) << 4 * (run % 2));
            if (bits == 5) {
                data[at + FIFTHS + i % RUN] |= (byte) (codes[i] >>> 4 << run);
            }
        }
    }

    /** Large weights count more, but small ones count. */
    private static float[] importance(float[] values, int from) {
        float squares = 0;
        for (int i = from; i < from + RUN; i++) {
            squares += values[i] * values[i];
        }
        float typical = (float) Math.sqrt(squares / RUN);
        var importance = new float[RUN];
        for (int i = 0; i < RUN; i++) {
            importance[i] = typical + Math.abs(values[from + i]);
        }
        return importance;
    }

    /** Through a byte, as in ggml: a negative scale, which a fit may give, becomes the largest. */
    private static int sixBits(float value) {
        return Math.min(63, Rounding.nearest(value) & 0xFF);
    }

    private int codesAt(int at) {
        return at + FIFTHS + (bits == 5 ? RUN : 0);
    }

    /** Six bits each: the first four runs in the low bits of bytes 0 to 7, the others in bytes 8 to 11 and the high bits left over. */
    private static int scale(byte[] data, int at, int run) {
        return run < 4 ? data[at + run] & 63 : data[at + run + 4] & 15 | (data[at + run - 4] >>> 6 & 3) << 4;
    }

    private static int minimum(byte[] data, int at, int run) {
        return run < 4 ? data[at + run + 4] & 63 : data[at + run + 4] >>> 4 & 15 | (data[at + run] >>> 6 & 3) << 4;
    }

    private static void put(byte[] data, int at, int run, int scale, int minimum) {
        if (run < 4) {
            data[at + run] = (byte) scale;
            data[at + run + 4] = (byte) minimum;
        } else {
            data[at + run + 4] = (byte) (scale & 15 | minimum << 4);
            data[at + run - 4] |= (byte) (scale >>> 4 << 6);
            data[at + run] |= (byte) (minimum >>> 4 << 6);
        }
    }
}
