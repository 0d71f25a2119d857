package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.VectorMath.LANES;
import static org.bitrank.kernels.cpu.VectorMath.load;

import java.util.Arrays;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.bitrank.kernels.Distributions;

/**
 * The likeliest tokens of each row, gathered while its logits pass by in tiles, on any thread and in any order: what is kept
 * is a set under a total order (larger first, lower token among equals), so the order does not show.
 */
final class TopTokens {
    private static final int COUNT = Distributions.TOP;
    private static final int NONE = Integer.MAX_VALUE;

    private final float[] values;
    private final int[] tokens;
    private final Object[] locks;

    TopTokens(int rows) {
        values = new float[rows * COUNT];
        tokens = new int[rows * COUNT];
        locks = new Object[rows];
        Arrays.fill(values, Float.NEGATIVE_INFINITY);
        Arrays.fill(tokens, NONE);
        Arrays.setAll(locks, row -> new Object());
    }

    /** Looks at a row's logits of tokens {@code firstToken} and on. @param largest of these logits */
    void offer(int row, long logits, int width, int firstToken, float largest) {
        int last = row * COUNT + COUNT - 1;
        // Read without the lock: it only ever rises, so that an old one lets too much through, never too little.
        if (largest < values[last]) {
            return;
        }
        synchronized (locks[row]) {
            int i = 0;
            for (; i <= width - LANES; i += LANES) {
                VectorMask<Float> high = load(logits + i * 4L).compare(VectorOperators.GE, values[last]);
                for (long bits = high.toLong(); bits != 0; bits &= bits - 1) {
                    int lane = i + Long.numberOfTrailingZeros(bits);
                    insert(last, VectorMath.get(logits + lane * 4L), firstToken + lane);
                }
            }
            for (; i < width; i++) {
                insert(last, VectorMath.get(logits + i * 4L), firstToken + i);
            }
        }
    }

    private void insert(int last, float value, int token) {
        if (!isBefore(value, token, last)) {
            return;
        }
        int at = last;
        for (int first = last - COUNT + 1; at > first && isBefore(value, token, at - 1); at--) {
            values[at] = values[at - 1];
            tokens[at] = tokens[at - 1];
        }
        values[at] = value;
        tokens[at] = token;
    }

    private boolean isBefore(float value, int token, int at) {
        return value > values[at] || (value == values[at] && token < tokens[at]);
    }

    /** How many of the row's likeliest tokens are also among another model's. */
    int shared(int row, TopTokens other) {
        int shared = 0;
        for (int i = row * COUNT; i < (row + 1) * COUNT; i++) {
            for (int j = row * COUNT; j < (row + 1) * COUNT; j++) {
                shared += tokens[i] != NONE && tokens[i] == other.tokens[j] ? 1 : 0;
            }
        }
        return shared;
    }
}
