package org.bitrank.engine.gguf;

/** The sixteen levels of IQ4_NL and IQ4_XS, denser around zero as weights are. */
final class UnevenLevels {
    static final int[] LEVELS = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

    private static final int RUN = 32;
    private static final int CANDIDATES = 7;

    private UnevenLevels() {}

    /** The level nearest to a number; of two as near the higher. */
    static int nearest(float value) {
        if (value <= LEVELS[0]) {
            return 0;
        }
        int high = 1;
        while (high < LEVELS.length - 1 && value >= LEVELS[high]) {
            high++;
        }
        if (value >= LEVELS[LEVELS.length - 1]) {
            return LEVELS.length - 1;
        }
        return value - LEVELS[high - 1] < LEVELS[high] - value ? high - 1 : high;
    }

    /** The scale of a run of 32 by least squares, squared weights as importance, over fifteen candidates. */
    static float scale(float[] values, int from) {
        float extreme = Extremes.signed(values, from, RUN);
        if (Math.abs(extreme) < ScaleSearch.NOTHING) {
            return 0;
        }
        float scale = 0;
        float best = 0;
        for (int candidate = -CANDIDATES - 1; candidate <= CANDIDATES; candidate++) {
            boolean plain = candidate < -CANDIDATES;
            float inverse = plain ? 1 / (-extreme / LEVELS[0]) : (candidate + LEVELS[0]) / extreme;
            float sumProducts = 0;
            float sumSquares = 0;
            for (int i = from; i < from + RUN; i++) {
                float level = LEVELS[nearest(inverse * values[i])];
                float weight = values[i] * values[i];
                sumProducts += weight * level * values[i];
                sumSquares += weight * level * level;
            }
            if (plain || sumSquares > 0 && sumProducts * sumProducts > best * sumSquares) {
                scale = sumSquares > 0 ? sumProducts / sumSquares : 0;
                best = scale * sumProducts;
            }
        }
        return scale;
    }

    /** 32 codes into 16 bytes: the first half in the low nibbles, the second in the high ones. */
    static void pack(float[] values, int from, float inverse, byte[] data, int at) {
        for (int i = 0; i < RUN / 2; i++) {
            int low = nearest(inverse * values[from + i]);
            int high = nearest(inverse * values[from + RUN / 2 + i]);
            data[at + i] = (byte) (low | high << 4);
        }
    }

    static void unpack(byte[] data, int at, float scale, float[] values, int to) {
        for (int i = 0; i < RUN / 2; i++) {
            values[to + i] = scale * LEVELS[data[at + i] & 15];
            values[to + RUN / 2 + i] = scale * LEVELS[data[at + i] >>> 4 & 15];
        }
    }
}
