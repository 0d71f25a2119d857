package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/**
 * The walk over one layer's columns that GPTQ made usual: what coding a column costs is made up for by the columns after it.
 *
 * <p>For column {@code j} in order: {@code q = code(w_j)}, {@code e = (w_j - q) / U_jj}, and {@code w_k -= e U_jk} for all
 * {@code k > j}: at once inside a block of columns, for the rest of the row when the block is finished. How a weight is coded
 * is the {@link Coder}'s business. With a {@link DeviationPrediction} {@code P}, {@code w_k += w_j P_jk} goes along, where
 * {@code w_j} is the column before it is coded.
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

    /** Quantizes one layer of a group, whose inputs and their factor all its layers share. */
    interface Walk {
        QuantizedWeight run(LayerGroup.Layer layer, GptqHessian hessian, float[][] factor);
    }

    private final float[] weights;
    private final int rows;
    private final int columns;
    private final float[][] factor;
    private final float[][] prediction;
    private final int blockSize;
    private final boolean withinBlock;

    /**
     * The usual way through a group: columns in their natural order, one factor for all layers.
     *
     * @param damping of the Hessian, see {@link GptqHessian#factor}
     */
    static List<QuantizedWeight> walk(LayerGroup group, double damping, Backend backend, Walk walk) {
        var hessian = new GptqHessian(group, GptqHessian.Order.NATURAL);
        float[][] factor = hessian.factor(damping, backend);
        return group.layers().stream().map(layer -> walk.run(layer, hessian, factor)).toList();
    }

    /**
     * @param layer its weights are put into the order of {@code hessian}, those of dead inputs made zero, and then overwritten
     * @param factor of the inverse Hessian, in the same order
     * @param withinBlock whether errors are passed on inside a block too
     */
    ErrorFeedback(LayerGroup.Layer layer, GptqHessian hessian, float[][] factor, int blockSize, boolean withinBlock) {
        this(layer, hessian, factor, null, blockSize, withinBlock);
    }

    /** @param prediction {@link DeviationPrediction} in the same order, or null */
    ErrorFeedback(
            LayerGroup.Layer layer, GptqHessian hessian, float[][] factor, float[][] prediction, int blockSize, boolean withinBlock) {
        this.weights = layer.weights();
        this.rows = layer.rows();
        this.columns = layer.columns();
        this.factor = factor;
        this.prediction = prediction;
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
        var negated = prediction == null ? null : new float[TILE][end - start];
        var current = new float[columns];
        for (int first = firstRow; first < endRow; first += TILE) {
            int count = Math.min(TILE, endRow - first);
            for (int r = 0; r < count; r++) {
                System.arraycopy(weights, (first + r) * columns, tile[r], 0, columns);
                System.arraycopy(tile[r], start, current, start, end - start);
                coder.startRow(first + r, tile[r], start);
                codeBlock(coder, current, start, end, errors[r]);
                if (negated != null) {
                    negate(current, start, end, negated[r]);
                    // Left as they were coded, so that whoever walks can see how far corrections have carried them.
                    System.arraycopy(current, start, weights, (first + r) * columns + start, end - start);
                }
            }
            subtract(tile, errors, factor, count, start, end);
            if (negated != null) {
                subtract(tile, negated, prediction, count, start, end);
            }
            for (int r = 0; r < count; r++) {
                System.arraycopy(tile[r], end, weights, (first + r) * columns + end, columns - end);
            }
        }
    }

    /** @param current left as each column was when it was coded */
    private void codeBlock(RowCoder coder, float[] current, int start, int end, float[] errors) {
        for (int i = start; i < end; i++) {
            float[] upper = factor[i];
            float weight = current[i];
            float error = (weight - coder.code(i, weight)) / upper[i];
            errors[i - start] = error;
            if (withinBlock) {
                subtract(current, i + 1, end, error, upper);
            }
            if (withinBlock && prediction != null) {
                subtract(current, i + 1, end, -weight, prediction[i]);
            }
        }
    }

    private static void negate(float[] values, int from, int to, float[] negated) {
        for (int i = from; i < to; i++) {
            negated[i - from] = -values[i];
        }
    }

    /** {@code rows -= factors * matrix} for the columns after the block. */
    private void subtract(float[][] rows, float[][] factors, float[][] matrix, int count, int start, int end) {
        int i = start;
        for (; i + 3 < end; i += 4) {
            for (int r = 0; r < count; r++) {
                float[] f = factors[r];
                int at = i - start;
                subtractFour(
                        rows[r], end, columns,
                        f[at], matrix[i], f[at + 1], matrix[i + 1], f[at + 2], matrix[i + 2], f[at + 3], matrix[i + 3]);
            }
        }
        for (; i < end; i++) {
            for (int r = 0; r < count; r++) {
                subtract(rows[r], end, columns, factors[r][i - start], matrix[i]);
            }
        }
    }

    // The compiler turns these two into vector code: all arrays are read at one index.

    private static void subtractFour(
            float[] row, int from, int to, float f0, float[] m0, float f1, float[] m1, float f2, float[] m2, float f3, float[] m3) {
        for (int k = from; k < to; k++) {
            row[k] -= (f0 * m0[k] + f1 * m1[k]) + (f2 * m2[k] + f3 * m3[k]);
        }
    }

    private static void subtract(float[] row, int from, int to, float factor, float[] matrix) {
        for (int k = from; k < to; k++) {
            row[k] -= factor * matrix[k];
        }
    }
}
