package org.bitrank.engine.quantize;

import java.util.Arrays;

/**
 * QuIP's greedy passes: column after column, each code is moved to where {@code (w' - w) H (w' - w)^T} is least with all others
 * as they are. The error never grows.
 */
final class GreedyRounding {
    private final float[] weights;
    private final float[] hessian;
    private final int[] order;
    private final int columns;
    private final int largest;
    private final float step;
    private final float zero;

    /**
     * @param weights what codes should mean, {@code [rows, columns]}
     * @param order in which columns are visited
     */
    GreedyRounding(float[] weights, float[] hessian, int[] order, int largest, float step, float zero) {
        this.weights = weights;
        this.hessian = hessian;
        this.order = order;
        this.columns = order.length;
        this.largest = largest;
        this.step = step;
        this.zero = zero;
    }

    void run(byte[] codes, int passes) {
        Rows.parallel(weights.length / columns, 1, (from, to) -> {
            var slopes = new float[columns];
            for (int row = from; row < to; row++) {
                improve(codes, row, passes, slopes);
            }
        });
    }

    /** @param slopes scratch for {@code (w' - w) H} */
    private void improve(byte[] codes, int row, int passes, float[] slopes) {
        Arrays.fill(slopes, 0);
        int at = row * columns;
        for (int j = 0; j < columns; j++) {
            add(slopes, j, ((codes[at + j] & 0xFF) - zero) * step - weights[at + j]);
        }
        boolean changed = true;
        for (int pass = 0; changed && pass < passes; pass++) {
            changed = false;
            for (int j : order) {
                int code = codes[at + j] & 0xFF;
                double best = code - slopes[j] / hessian[j * columns + j] / step;
                int next = Math.clamp((int) Math.rint(best), 0, largest);
                if (next != code) {
                    codes[at + j] = (byte) next;
                    add(slopes, j, (next - code) * step);
                    changed = true;
                }
            }
        }
    }

    private void add(float[] slopes, int column, float change) {
        int from = column * columns;
        for (int k = 0; k < slopes.length; k++) {
            slopes[k] += change * hessian[from + k];
        }
    }
}
