package org.bitrank.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bitrank.kernels.Operands.assertClose;
import static org.bitrank.kernels.Operands.numbers;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounding to grids, and the Hadamard transforms in front of it. */
interface SimulatedQuantizationContract extends BackendPair {
    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 8, true, 1", "3, 17, 0, 8, true, 1", "5, 65, 16, 4, true, 0.9", "2, 300, 128, 4, false, 0.95", "3, 64, 64, 2, false, 1",
        "1, 257, 0, 16, false, 1", "4, 576, 0, 6, true, 1"
    })
    default void rowsAreRoundedToIntegers(int rows, int columns, int group, int bits, boolean symmetric, float clip) {
        var grid = new RowGrid(bits, symmetric, group, clip, Float.POSITIVE_INFINITY, 0);
        float[] x = numbers(rows * columns, 101, 3);
        assertClose(fakeQuantized(backend(), x, rows, grid, null, null, null), fakeQuantized(oracle(), x, rows, grid, null, null, null), 0);
    }

    @Test
    default void numbersBetweenIntegersGoToTheEvenOne() {
        float[] x = {127, 0.5f, 1.5f, -2.5f, 2.4f, 0};
        assertThat(fakeQuantized(backend(), x, 1, RowGrid.of(8, true), null, null, null)).usingComparatorWithPrecision(0f)
                .containsExactly(127, 0, 2, -2, 2, 0);
    }

    @Test
    default void aRowOfZerosStaysOne() {
        for (boolean symmetric : new boolean[] {true, false}) {
            float[] rounded = fakeQuantized(backend(), new float[40], 2, RowGrid.of(4, symmetric), null, null, null);
            assertClose(rounded, new float[40], 0);
        }
    }

    @Test
    default void outliersAreKeptAndDoNotWidenTheRange() {
        var grid = new RowGrid(8, true, 0, 1, 6, 0);
        float[] x = numbers(3 * 65, 102, 1);
        x[7] = 6;
        x[70] = -40;
        float[] rounded = fakeQuantized(backend(), x, 3, grid, null, null, null);
        assertClose(rounded, fakeQuantized(oracle(), x, 3, grid, null, null, null), 0);
        assertThat(rounded[7]).isEqualTo(6);
        assertThat(rounded[70]).isEqualTo(-40);
        assertThat(rounded[71]).isCloseTo(x[71], within(0.02f));
    }

    @ParameterizedTest
    @CsvSource({"1, 33, 0, 0", "3, 128, 16, 0", "3, 130, 16, 137.5"})
    default void rowsAreRoundedToLevels(int rows, int columns, int group, float global) {
        float[] levels = {0, 0.25f, 0.75f, 1.25f, 1.75f, 2.5f, 3.5f, 5, 0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
        var grid = new RowGrid(4, true, group, 1, Float.POSITIVE_INFINITY, global);
        float[] x = numbers(rows * columns, 103, 2);
        assertClose(fakeQuantized(backend(), x, rows, grid, levels, null, null), fakeQuantized(oracle(), x, rows, grid, levels, null, null), 0);
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1, false", "70, true", "70, false"})
    default void givenScalesAreUsed(int count, boolean symmetric) {
        var grid = RowGrid.of(5, symmetric);
        float[] scales = new float[count];
        float[] zeros = symmetric ? null : new float[count];
        for (int i = 0; i < count; i++) {
            scales[i] = 0.02f + i % 7 * 0.03f;
            if (zeros != null) {
                zeros[i] = i % 32;
            }
        }
        float[] x = numbers(3 * 70, 104, 1);
        assertClose(fakeQuantized(backend(), x, 3, grid, null, scales, zeros), fakeQuantized(oracle(), x, 3, grid, null, scales, zeros), 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1", "3, 8, 1, 2", "2, 64, 1, 3", "2, 12, 1, 4", "3, 96, 1, 1", "2, 4, 24, 1", "2, 12, 16, 1", "1, 16, 5, 2", "2, 768, 1, 1"})
    default void hadamardEqualsTheReference(int rows, int order, int stride, int runs) {
        int columns = order * stride * runs;
        float[] x = numbers(rows * columns, 105, 1);
        assertClose(transformed(backend(), x, rows, order, stride), transformed(oracle(), x, rows, order, stride), 3e-6f);
    }

    @ParameterizedTest
    @CsvSource({"64, 1", "96, 1", "4, 24"})
    default void hadamardKeepsLengths(int order, int stride) {
        float[] x = numbers(order * stride, 106, 1);
        float[] y = transformed(backend(), x, 1, order, stride);
        double before = 0;
        double after = 0;
        for (int i = 0; i < x.length; i++) {
            before += (double) x[i] * x[i];
            after += (double) y[i] * y[i];
        }
        assertThat(after).isCloseTo(before, within(1e-5 * before));
    }

    private static float[] fakeQuantized(Backend on, float[] x, int rows, RowGrid grid, float[] levels, float[] scales, float[] zeros) {
        int columns = x.length / rows;
        try (Tensor input = on.upload(x, new Shape(rows, columns));
                Tensor table = levels == null ? null : on.upload(levels, new Shape(2, levels.length / 2));
                Tensor given = scales == null ? null : on.upload(scales, Shape.vector(scales.length));
                Tensor middles = zeros == null ? null : on.upload(zeros, Shape.vector(zeros.length));
                Tensor y = on.allocate(DType.FLOAT32, new Shape(rows, columns))) {
            on.fakeQuantize(input, grid, table, given, middles, y);
            float[] apart = on.download(y);
            on.fakeQuantize(input, grid, table, given, middles, input);
            assertThat(on.download(input)).as("in place").isEqualTo(apart);
            return apart;
        }
    }

    /** Orders that are no power of two are over the Hadamard matrix of order 12 that Paley's construction gives. */
    private static float[] transformed(Backend on, float[] x, int rows, int order, int stride) {
        int k = Integer.bitCount(order) == 1 ? 1 : 12;
        try (Tensor input = on.upload(x, new Shape(rows, x.length / rows)); Tensor base = on.upload(paley(k), new Shape(k, k))) {
            on.hadamard(input, base, order, stride);
            return on.download(input);
        }
    }

    private static float[] paley(int k) {
        var squares = Set.of(1, 3, 4, 5, 9);
        var h = new float[k * k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                boolean positive = i == 0 || i == j || j != 0 && squares.contains(Math.floorMod(j - i, 11));
                h[i * k + j] = positive ? 1 : -1;
            }
        }
        return h;
    }
}
