package org.bitrank.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bitrank.kernels.Operands.assertClose;
import static org.bitrank.kernels.Operands.halves;
import static org.bitrank.kernels.Operands.numbers;
import static org.bitrank.kernels.Operands.ones;
import static org.bitrank.kernels.Operands.pack;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Products with packed weights, over sizes that fit no block. */
interface ProductContract extends BackendPair {
    /** Relative to the largest expected number: products of equal operands differ in the order of sums alone. */
    float PRODUCT_TOLERANCE = 3e-6f;

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1", "1, 64, 64", "1, 257, 63", "1, 576, 1536", "3, 17, 65", "17, 65, 3", "63, 63, 257", "64, 128, 64",
        "65, 257, 17", "130, 576, 200", "257, 33, 129", "2, 1, 300", "300, 2, 1"
    })
    default void productsEqualTheReference(int rows, int inputs, int outputs) {
        float[] x = numbers(rows * inputs, 11, 1);
        float[] w = numbers(outputs * inputs, 12, 0.1f);
        float[] bias = numbers(outputs, 13, 1);
        assertClose(product(backend(), x, w, bias, rows, inputs, outputs),
                product(oracle(), x, w, bias, rows, inputs, outputs), PRODUCT_TOLERANCE);
        assertClose(product(backend(), x, w, null, rows, inputs, outputs),
                product(oracle(), x, w, null, rows, inputs, outputs), PRODUCT_TOLERANCE);
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"FLOAT16", "BFLOAT16"})
    default void halfPrecisionWeightsArePacked(DType dtype) {
        int outputs = 65;
        int inputs = 33;
        short[] w = halves(outputs * inputs, dtype);
        float[] x = numbers(3 * inputs, 11, 1);
        assertClose(productOfHalves(backend(), x, w, dtype, outputs, inputs),
                productOfHalves(oracle(), x, w, dtype, outputs, inputs), PRODUCT_TOLERANCE);
    }

    @Test
    default void weightsOnTheJavaHeapArePacked() {
        float[] w = numbers(600 * 33, 12, 0.1f);
        float[] x = numbers(33, 11, 1);
        try (PackedMatrix weight = backend().pack(MemorySegment.ofArray(w), DType.FLOAT32, 600, 33);
                Tensor input = backend().upload(x, Shape.vector(33));
                Tensor y = backend().allocate(DType.FLOAT32, Shape.vector(600))) {
            backend().matmul(input, weight, null, y);
            assertThat(backend().download(y)).isEqualTo(product(backend(), x, w, null, 1, 33, 600));
        }
    }

    @Test
    default void productsSeeThatTheirActivationChanged() {
        float[] w = numbers(5 * 7, 12, 1);
        try (PackedMatrix weight = pack(backend(), w, 5, 7);
                Tensor x = backend().upload(numbers(2 * 7, 11, 1), new Shape(2, 7));
                Tensor other = ones(backend(), 2, 7);
                Tensor y = backend().allocate(DType.FLOAT32, new Shape(2, 5))) {
            backend().matmul(x, weight, null, y);
            backend().add(other, x);
            backend().matmul(x, weight, null, y);
            assertThat(backend().download(y)).isEqualTo(product(backend(), backend().download(x), w, null, 2, 7, 5));
        }
    }

    @Test
    default void aProductMayBeTheNextProductsActivation() {
        float[] w = numbers(7 * 7, 12, 1);
        float[] x = numbers(2 * 7, 11, 1);
        try (PackedMatrix weight = pack(backend(), w, 7, 7);
                Tensor a = backend().upload(x, new Shape(2, 7));
                Tensor b = backend().allocate(DType.FLOAT32, new Shape(2, 7))) {
            backend().matmul(a, weight, null, b);
            backend().matmul(b, weight, null, a);
            backend().matmul(a, weight, null, b);
            float[] once = product(backend(), x, w, null, 2, 7, 7);
            float[] twice = product(backend(), once, w, null, 2, 7, 7);
            assertThat(backend().download(b)).isEqualTo(product(backend(), twice, w, null, 2, 7, 7));
        }
    }

    @Test
    default void emptyBatchesAreNoWork() {
        try (PackedMatrix weight = pack(backend(), numbers(6, 1, 1), 2, 3);
                Tensor x = backend().allocate(DType.FLOAT32, new Shape(0, 3));
                Tensor y = backend().allocate(DType.FLOAT32, new Shape(0, 2))) {
            backend().matmul(x, weight, null, y);
        }
    }

    @ParameterizedTest
    @CsvSource({"576, 1536", "65, 257"})
    default void productsOfATokenDoNotDependOnItsBatch(int inputs, int outputs) {
        float[] x = numbers(130 * inputs, 21, 1);
        float[] w = numbers(outputs * inputs, 22, 0.1f);
        float[] all = product(backend(), x, w, null, 130, inputs, outputs);
        for (int[] part : new int[][] {{0, 1}, {7, 1}, {3, 5}, {60, 17}, {40, 64}, {1, 129}}) {
            float[] rows = Arrays.copyOfRange(x, part[0] * inputs, (part[0] + part[1]) * inputs);
            float[] expected = Arrays.copyOfRange(all, part[0] * outputs, (part[0] + part[1]) * outputs);
            float[] alone = product(backend(), rows, w, null, part[1], inputs, outputs);
            assertClose(alone, expected, PRODUCT_TOLERANCE);
            if (productsAreBatchInvariant()) {
                assertThat(alone).isEqualTo(expected);
            }
        }
    }

    /** Whether products of a row are the same bits in every batch; a back end whose library decides may only come close. */
    default boolean productsAreBatchInvariant() {
        return true;
    }

    @Test
    default void wrongShapesAreRefused() {
        try (PackedMatrix weight = pack(backend(), numbers(6, 1, 1), 2, 3); Tensor x = ones(backend(), 1, 2); Tensor y = ones(backend(), 1, 2)) {
            assertThatIllegalArgumentException().isThrownBy(() -> backend().matmul(x, weight, null, y));
        }
    }

    private static float[] product(Backend on, float[] x, float[] w, float[] bias, int rows, int inputs, int outputs) {
        try (PackedMatrix weight = pack(on, w, outputs, inputs);
                Tensor input = on.upload(x, new Shape(rows, inputs));
                Tensor shift = bias == null ? null : on.upload(bias, Shape.vector(outputs));
                Tensor y = on.allocate(DType.FLOAT32, new Shape(rows, outputs))) {
            on.matmul(input, weight, shift, y);
            return on.download(y);
        }
    }

    private static float[] productOfHalves(Backend on, float[] x, short[] w, DType dtype, int outputs, int inputs) {
        try (Arena arena = Arena.ofConfined();
                PackedMatrix weight = on.pack(arena.allocateFrom(ValueLayout.JAVA_SHORT, w), dtype, outputs, inputs);
                Tensor input = on.upload(x, new Shape(x.length / inputs, inputs));
                Tensor y = on.allocate(DType.FLOAT32, new Shape(x.length / inputs, outputs))) {
            on.matmul(input, weight, null, y);
            return on.download(y);
        }
    }
}
