package org.bitrank.engine.quantize;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * What GPTAQ adds to GPTQ: for each column, how the columns after it can make up for this input being off that of the
 * unquantized model.
 *
 * <p>With {@code D = 2/n sum (x~ - x) x^T} and {@code H^-1 = U^T U}, an input {@code j} that is off by {@code d_j} changes the
 * outputs by {@code w_j d_j}, and the least-squares answer of the columns {@code k > j} is {@code w_j D_j,>j (H_>j,>j)^-1}. The
 * inverse of that part of {@code H} is {@code U_>j,>j^T U_>j,>j}, so that all rows together are {@code triu(D U^T) U}, strictly
 * above the diagonal.
 */
final class DeviationPrediction {
    private DeviationPrediction() {}

    /**
     * @param deviation {@code D}, row-major, in the layer's own order of columns
     * @param factor {@code U}, in the order in which columns are coded
     * @param order the column coded as number {@code i}
     * @param alpha share of the deviation that is made up for
     * @return {@code P = alpha triu(D U^T) U}, zero on and below the diagonal, in the order of {@code factor}
     */
    static float[][] of(float[] deviation, float[][] factor, int[] order, float alpha, Backend backend) {
        int n = factor.length;
        var shape = new Shape(n, n);
        try (Tensor product = backend.allocate(DType.FLOAT32, shape)) {
            try (Tensor left = backend.upload(transposed(deviation, order), shape);
                    Tensor right = backend.upload(transposed(factor), shape)) {
                backend.crossGram(left, right, alpha, product);
            }
            float[] above = strictlyAboveDiagonal(backend.download(product), n);
            try (Tensor left = backend.upload(above, shape);
                    Tensor right = backend.upload(joined(factor), shape);
                    Tensor prediction = backend.allocate(DType.FLOAT32, shape)) {
                backend.crossGram(left, right, 1, prediction);
                return rows(backend.download(prediction), n);
            }
        }
    }

    private static float[] transposed(float[] deviation, int[] order) {
        int n = order.length;
        var values = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                values[j * n + i] = deviation[order[i] * n + order[j]];
            }
        }
        return values;
    }

    private static float[] transposed(float[][] matrix) {
        int n = matrix.length;
        var values = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                values[j * n + i] = matrix[i][j];
            }
        }
        return values;
    }

    /** The part above the diagonal, transposed for the second product; the rest zero. */
    private static float[] strictlyAboveDiagonal(float[] matrix, int n) {
        var values = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                values[j * n + i] = matrix[i * n + j];
            }
        }
        return values;
    }

    private static float[] joined(float[][] matrix) {
        int n = matrix.length;
        var values = new float[n * n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(matrix[i], 0, values, i * n, n);
        }
        return values;
    }

    private static float[][] rows(float[] values, int n) {
        var rows = new float[n][n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(values, i * n, rows[i], 0, n);
        }
        return rows;
    }
}
