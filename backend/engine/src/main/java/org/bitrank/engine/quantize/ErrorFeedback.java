package org.bitrank.engine.quantize;

/**
 * The walk over one layer's columns that GPTQ made usual: what coding a column costs is made up for by the columns after it.
 *
 * <p>For column {@code j} in order: {@code q = code(w_j)}, {@code e = (w_j - q) / U_jj}, and {@code w_k -= e U_jk} for all
 * {@code k > j}: at once inside a block of columns, for the rest of the row when the block is finished. How a weight is coded
 * is the {@link Coder}'s business.
 *
 * <p>Rows know nothing of each other, so they are spread over the cores; a few of them go together so that a row of
 * {@code U} is fetched once for all.
 */
final class ErrorFeedback {
    private static final int TILE = 8;

    /** Chooses codes. All columns are meant in the order in which they are quantized. */
    interface Coder {
        /**
         * Called before each block, by one thread.
         *
         * @param weights {@code [rows, columns]} as the finished blocks left them; not to be changed
         */
        default void startBlock(float[] weights, int start, int end) {}

        /** Codes rows one after another, called by one thread. */
        RowCoder rows();
    }

    /** Codes one row at a time. */
    interface RowCoder {
        /**
         * Called before a block's columns of each row.
         *
         * @param finished the row as the finished blocks left it; not to be changed
         */
        default void startRow(int row, float[] finished, int start) {}

        /** What column {@code i} of the row becomes, given its weight with the errors so far passed on. */
        float code(int i, float weight);
    }

    private final float[] weights;
    private final int rows;
    private final int columns;
    private final float[][] factor;
    private final int blockSize;
    private final boolean withinBlock;

    /**
     * @param layer its weights are put into the order of {@code hessian}, those of dead inputs made zero, and then overwritten
     * @param factor of the inverse Hessian, in the same order
     * @param withinBlock whether errors are passed on inside a block too
     */
    ErrorFeedback(LayerGroup.Layer layer, GptqHessian hessian, float[][] factor, int blockSize, boolean withinBlock) {
        this.weights = layer.weights();
        this.rows = layer.rows();
        this.columns = layer.columns();
        this.factor = factor;
        this.blockSize = Math.min(blockSize, columns);
        this.withinBlock = withinBlock;
        hessian.arrange(weights, rows);
    }

    /** {@code [rows, columns]} in the order in which they are quantized. */
    float[] weights() {
        return weights;
    }

    void run(Coder coder) {
        for (int start = 0; start < columns; start += blockSize) {
            int from = start;
            int to = Math.min(columns, start + blockSize);
            coder.startBlock(weights, from, to);
            Rows.parallel(rows, TILE, (first, end) -> quantize(coder.rows(), first, end, from, to));
        }
    }

    private void quantize(RowCoder coder, int firstRow, int endRow, int start, int end) {
        var tile = new float[TILE][columns];
        var errors = new float[TILE][end - start];
        var current = new float[columns];
        for (int first = firstRow; first < endRow; first += TILE) {
            int count = Math.min(TILE, endRow - first);
            for (int r = 0; r < count; r++) {
                System.arraycopy(weights, (first + r) * columns, tile[r], 0, columns);
                System.arraycopy(tile[r], start, current, start, end - start);
                coder.startRow(first + r, tile[r], start);
                codeBlock(coder, current, start, end, errors[r]);
            }
            passOn(tile, errors, count, start, end);
            for (int r = 0; r < count; r++) {
                System.arraycopy(tile[r], end, weights, (first + r) * columns + end, columns - end);
            }
        }
    }

    private void codeBlock(RowCoder coder, float[] current, int start, int end, float[] errors) {
        for (int i = start; i < end; i++) {
            float[] upper = factor[i];
            float error = (current[i] - coder.code(i, current[i])) / upper[i];
            errors[i - start] = error;
            for (int k = i + 1; withinBlock && k < end; k++) {
                current[k] -= error * upper[k];
            }
        }
    }

    /** {@code rows -= errors * U} for the columns after the block. */
    private void passOn(float[][] rows, float[][] errors, int count, int start, int end) {
        int i = start;
        for (; i + 3 < end; i += 4) {
            for (int r = 0; r < count; r++) {
                float[] e = errors[r];
                int at = i - start;
                subtractFour(
                        rows[r], end, columns,
                        e[at], factor[i], e[at + 1], factor[i + 1], e[at + 2], factor[i + 2], e[at + 3], factor[i + 3]);
            }
        }
        for (; i < end; i++) {
            for (int r = 0; r < count; r++) {
                subtract(rows[r], end, columns, errors[r][i - start], factor[i]);
            }
        }
    }

    // The compiler turns these two into vector code: all arrays are read at one index.

    private static void subtractFour(
            float[] row, int from, int to, float e0, float[] u0, float e1, float[] u1, float e2, float[] u2, float e3, float[] u3) {
        for (int k = from; k < to; k++) {
            row[k] -= (e0 * u0[k] + e1 * u1[k]) + (e2 * u2[k] + e3 * u3[k]);
        }
    }

    private static void subtract(float[] row, int from, int to, float error, float[] upper) {
        for (int k = from; k < to; k++) {
            row[k] -= error * upper[k];
        }
    }
}
