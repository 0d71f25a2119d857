package org.bitrank.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bitrank.kernels.Operands.assertClose;
import static org.bitrank.kernels.Operands.numbers;
import static org.bitrank.kernels.Operands.ones;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The matrices that calibrated methods gather and factor. */
interface CalibrationContract extends BackendPair {
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 17", "257, 65", "65, 300"})
    default void gramEqualsTheReference(int rows, int columns) {
        float[] x = numbers(rows * columns, 81, 1);
        assertClose(gram(backend(), x, rows, columns), gram(oracle(), x, rows, columns), 3e-6f);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 17, 5", "257, 65, 300", "65, 300, 257"})
    default void crossGramEqualsTheReference(int rows, int m, int n) {
        float[] a = numbers(rows * m, 82, 1);
        float[] b = numbers(rows * n, 83, 1);
        assertClose(crossGram(backend(), a, b, rows, m, n), crossGram(oracle(), a, b, rows, m, n), 3e-6f);
    }

    @Test
    default void crossGramOfMatricesWithUnequalRowsIsRefused() {
        try (Tensor a = ones(backend(), 3, 4);
                Tensor b = ones(backend(), 2, 5);
                Tensor h = ones(backend(), 4, 5)) {
            assertThatThrownBy(() -> backend().crossGram(a, b, 1, h)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 17, 63, 65, 257, 300})
    default void inverseCholeskyEqualsTheReference(int n) {
        float[] h = positiveDefinite(n);
        assertClose(inverseCholesky(backend(), h, n), inverseCholesky(oracle(), h, n), 2e-5f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 65, 200})
    default void aMatrixThatIsNotPositiveDefiniteIsANumericalFailure(int n) {
        float[] h = positiveDefinite(n);
        h[(n / 2) * n + n / 2] = -1;
        assertThatThrownBy(() -> inverseCholesky(backend(), h, n))
                .isInstanceOfSatisfying(BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.NUMERICAL));
    }

    private static float[] gram(Backend on, float[] x, int rows, int columns) {
        try (Tensor input = on.upload(x, new Shape(rows, columns));
                Tensor h = on.upload(positiveDefinite(columns), new Shape(columns, columns))) {
            on.gram(input, 0.5f, h);
            on.gram(input, 1f, h);
            return on.download(h);
        }
    }

    private static float[] crossGram(Backend on, float[] a, float[] b, int rows, int m, int n) {
        try (Tensor left = on.upload(a, new Shape(rows, m));
                Tensor right = on.upload(b, new Shape(rows, n));
                Tensor h = on.upload(numbers(m * n, 84, 1), new Shape(m, n))) {
            on.crossGram(left, right, 0.5f, h);
            on.crossGram(left, right, -1f, h);
            return on.download(h);
        }
    }

    private static float[] inverseCholesky(Backend on, float[] values, int n) {
        try (Tensor h = on.upload(values, new Shape(n, n))) {
            on.inverseCholesky(h);
            return on.download(h);
        }
    }

    /** {@code a a^T / n + 0.1}. */
    private static float[] positiveDefinite(int n) {
        float[] a = numbers(n * n, 83, 1);
        float[] h = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = i == j ? 0.1 * n : 0;
                for (int p = 0; p < n; p++) {
                    sum += (double) a[i * n + p] * a[j * n + p];
                }
                h[i * n + j] = (float) (sum / n);
                h[j * n + i] = h[i * n + j];
            }
        }
        return h;
    }
}
