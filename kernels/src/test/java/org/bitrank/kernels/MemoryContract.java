package org.bitrank.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bitrank.kernels.Operands.numbers;
import static org.bitrank.kernels.Operands.ones;
import static org.bitrank.kernels.Operands.pack;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Device memory: what it holds, what views share, what happens once it is closed or used up. */
interface MemoryContract extends BackendPair {
    @Test
    default void newMemoryIsZero() {
        try (Tensor x = backend().allocate(DType.FLOAT32, new Shape(3, 17))) {
            assertThat(backend().download(x)).containsOnly(0f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 257, 65_537})
    default void whatWasUploadedComesBack(int count) {
        float[] values = numbers(count, 1, 1);
        try (Tensor x = backend().upload(values, Shape.vector(count))) {
            assertThat(backend().download(x)).isEqualTo(values);
        }
    }

    @Test
    default void aViewSharesTheMemoryOfItsTensor() {
        float[] values = numbers(5 * 3, 2, 1);
        try (Tensor x = backend().upload(values, new Shape(5, 3)); Tensor view = x.rows(1, 2); Tensor one = ones(backend(), 2, 3)) {
            backend().add(one, view);
            float[] expected = values.clone();
            for (int i = 3; i < 9; i++) {
                expected[i] += 1;
            }
            assertThat(backend().download(x)).isEqualTo(expected);
        }
    }

    @Test
    default void aClosedTensorIsRefused() {
        Tensor x = backend().allocate(DType.FLOAT32, new Shape(2, 2));
        Tensor view = x.rows(0, 1);
        x.close();
        assertThatIllegalStateException().isThrownBy(() -> backend().download(x));
        assertThatIllegalStateException().isThrownBy(() -> backend().add(x, x));
        assertThatIllegalStateException().isThrownBy(() -> backend().download(view));
    }

    @Test
    default void aClosedWeightIsRefused() {
        PackedMatrix weight = pack(backend(), numbers(6, 1, 1), 2, 3);
        weight.close();
        try (Tensor x = ones(backend(), 1, 3); Tensor y = ones(backend(), 1, 2)) {
            assertThatIllegalStateException().isThrownBy(() -> backend().matmul(x, weight, null, y));
        }
    }

    @Test
    default void closingTwiceIsHarmless() {
        Tensor x = backend().allocate(DType.FLOAT32, new Shape(2, 2));
        x.close();
        x.close();
    }

    @Test
    default void tooMuchMemoryIsReportedAsSuch() {
        assertThatThrownBy(() -> backend().allocate(DType.FLOAT32, new Shape(1 << 30, 1 << 16)))
                .isInstanceOfSatisfying(BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.OUT_OF_MEMORY));
    }

    @Test
    default void rowsAreGatheredAndScattered() {
        float[] values = numbers(7 * 5, 3, 1);
        int[] rows = {6, 0, 3, 3};
        try (Tensor table = backend().upload(values, new Shape(7, 5));
                Tensor picked = backend().allocate(DType.FLOAT32, new Shape(4, 5));
                Tensor back = backend().allocate(DType.FLOAT32, new Shape(9, 5))) {
            backend().gatherRows(table, rows, picked);
            backend().scatterRows(picked, new int[] {8, 1, 0, 4}, back);
            float[] got = backend().download(back);
            assertThat(Arrays.copyOfRange(got, 8 * 5, 9 * 5)).isEqualTo(Arrays.copyOfRange(values, 30, 35));
            assertThat(Arrays.copyOfRange(got, 5, 10)).isEqualTo(Arrays.copyOfRange(values, 0, 5));
            assertThat(Arrays.copyOfRange(got, 20, 25)).isEqualTo(Arrays.copyOfRange(values, 15, 20));
            assertThat(Arrays.copyOfRange(got, 10, 15)).containsOnly(0f);
        }
    }
}
