package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.HostTensor.get;
import static org.bitrank.kernels.cpu.HostTensor.set;

import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.Tensor;

/** The Cholesky factor of an inverse, in float64. */
final class ReferenceCholesky {
    private ReferenceCholesky() {}

    /** {@code h} becomes the upper U with {@code h^-1 = U^T U}. */
    static void ofInverse(Tensor h) {
        int n = Math.toIntExact(h.rows());
        // Read backwards (both axes reversed), the lower factor of h is the inverse of U.
        double[][] inverse = invertLower(lowerFactorBackwards(h, n));
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                set(h, (long) i * n + j, (float) inverse[n - 1 - i][n - 1 - j]);
            }
        }
    }

    private static double[][] lowerFactorBackwards(Tensor h, int n) {
        double[][] lower = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = get(h, (long) (n - 1 - i) * n + (n - 1 - j));
                for (int p = 0; p < j; p++) {
                    sum -= lower[i][p] * lower[j][p];
                }
                if (i == j && !(sum > 0)) {
                    throw BitRankException.numerical(
                            "the matrix is not positive definite (pivot of column %d); raise the damping"
                                    .formatted(n - 1 - i));
                }
                lower[i][j] = i == j ? Math.sqrt(sum) : sum / lower[j][j];
            }
        }
        return lower;
    }

    private static double[][] invertLower(double[][] lower) {
        int n = lower.length;
        double[][] inverse = new double[n][n];
        for (int j = 0; j < n; j++) {
            inverse[j][j] = 1 / lower[j][j];
            for (int i = j + 1; i < n; i++) {
                double sum = 0;
                for (int p = j; p < i; p++) {
                    sum += lower[i][p] * inverse[p][j];
                }
                inverse[i][j] = -sum / lower[i][i];
            }
        }
        return inverse;
    }
}
