package org.bitrank.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bitrank.kernels.Operands.assertClose;
import static org.bitrank.kernels.Operands.halves;
import static org.bitrank.kernels.Operands.numbers;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the forward pass does to each token by itself: embeddings, norms, positions, activations, sums. */
interface TokenwiseContract extends BackendPair {
    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT16", "BFLOAT16"})
    default void embeddingsAreLookedUp(DType dtype) {
        int[] ids = {4, 0, 4, 8};
        assertThat(embedded(backend(), ids, dtype)).isEqualTo(embedded(oracle(), ids, dtype));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 17, 17", "65, 576, 576", "5, 192, 64", "257, 63, 63", "2, 6, 3"})
    default void rmsNormEqualsTheReference(int rows, int columns, int width) {
        float[] x = numbers(rows * columns, 31, 2);
        float[] gain = numbers(width, 32, 1);
        assertClose(normalized(backend(), x, gain, rows, columns), normalized(oracle(), x, gain, rows, columns), 2e-6f);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 17, 17", "65, 576, 576", "5, 192, 64", "257, 63, 63", "2, 6, 3", "4, 4100, 4100"})
    default void layerNormEqualsTheReference(int rows, int columns, int width) {
        float[] x = numbers(rows * columns, 33, 2);
        for (int i = 0; i < x.length; i++) {
            x[i] += 5;
        }
        float[] gain = numbers(width, 34, 1);
        float[] bias = numbers(width, 35, 1);
        assertClose(layerNormalized(backend(), x, gain, bias, rows, columns), layerNormalized(oracle(), x, gain, bias, rows, columns), 5e-6f);
        assertClose(layerNormalized(backend(), x, gain, null, rows, columns), layerNormalized(oracle(), x, gain, null, rows, columns), 5e-6f);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 2", "3, 2, 17, 34", "65, 9, 32, 64", "17, 3, 4, 8", "5, 4, 2, 16", "33, 2, 12, 96", "3, 3, 1, 5"})
    default void rotationEqualsTheReference(int rows, int heads, int half, int headSize) {
        float[] x = numbers(rows * heads * headSize, 41, 1);
        assertClose(rotated(backend(), x, rows, headSize, half), rotated(oracle(), x, rows, headSize, half), 1e-6f);
    }

    @Test
    default void rotationLeavesTheRestOfEveryHead() {
        float[] x = numbers(4 * 3 * 10, 41, 1);
        float[] turned = rotated(backend(), x, 4, 10, 3);
        for (int i = 0; i < x.length; i++) {
            if (i % 10 >= 6) {
                assertThat(turned[i]).isEqualTo(x[i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    default void activationsEqualTheReference(Activation activation) {
        float[] x = numbers(65 * 63, 53, 3);
        System.arraycopy(new float[] {0, -0f, 20, -20, 1e-6f, -1e-6f, 200, -200}, 0, x, 0, 8);
        float[] expected = activated(oracle(), activation, x);
        float[] actual = activated(backend(), activation, x);
        for (int i = 0; i < x.length; i++) {
            assertThat(actual[i]).as("%s of %s", activation, x[i]).isCloseTo(expected[i], within(1e-6f * Math.max(1, Math.abs(x[i]))));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1", "7, 5, 2, 33", "65, 130, 2, 63", "3, 9, 3, 577"})
    default void rowsAreMixedByWeight(int rows, int sources, int many, int columns) {
        float[] source = numbers(sources * columns, 54, 1);
        assertClose(mixed(backend(), source, rows, sources, many, columns), mixed(oracle(), source, rows, sources, many, columns), 1e-6f);
    }

    @Test
    default void aMixOfRowsDoesNotDependOnItsBatch() {
        float[] source = numbers(130 * 63, 54, 1);
        float[] all = mixed(backend(), source, 65, 130, 2, 63);
        assertThat(mixed(backend(), source, 1, 130, 2, 63)).isEqualTo(Arrays.copyOf(all, 63));
        assertThat(mixed(backend(), source, 17, 130, 2, 63)).isEqualTo(Arrays.copyOf(all, 17 * 63));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 17", "65, 1536", "257, 63"})
    default void swigluAndAddEqualTheReference(int rows, int columns) {
        float[] gate = numbers(rows * columns, 51, 4);
        float[] up = numbers(rows * columns, 52, 1);
        gate[0] = -100;
        assertClose(swigluThenAdd(backend(), gate, up, rows, columns), swigluThenAdd(oracle(), gate, up, rows, columns), 2e-6f);
    }

    private static float[] embedded(Backend on, int[] ids, DType dtype) {
        int columns = 33;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = dtype == DType.FLOAT32
                    ? arena.allocateFrom(ValueLayout.JAVA_FLOAT, numbers(9 * columns, 5, 1))
                    : arena.allocateFrom(ValueLayout.JAVA_SHORT, halves(9 * columns, dtype));
            try (Tensor table = on.upload(values, dtype, new Shape(9, columns));
                    Tensor y = on.allocate(DType.FLOAT32, new Shape(ids.length, columns))) {
                on.embed(ids, table, y);
                return on.download(y);
            }
        }
    }

    private static float[] normalized(Backend on, float[] x, float[] gain, int rows, int columns) {
        try (Tensor input = on.upload(x, new Shape(rows, columns)); Tensor g = on.upload(gain, Shape.vector(gain.length))) {
            on.rmsNorm(input, g, 1e-5f, input);
            return on.download(input);
        }
    }

    private static float[] layerNormalized(Backend on, float[] x, float[] gain, float[] bias, int rows, int columns) {
        try (Tensor input = on.upload(x, new Shape(rows, columns));
                Tensor g = on.upload(gain, Shape.vector(gain.length));
                Tensor b = bias == null ? null : on.upload(bias, Shape.vector(bias.length))) {
            on.layerNorm(input, g, b, 1e-5f, input);
            return on.download(input);
        }
    }

    private static float[] activated(Backend on, Activation activation, float[] x) {
        try (Tensor input = on.upload(x, new Shape(65, x.length / 65))) {
            on.activate(activation, input, input);
            return on.download(input);
        }
    }

    private static float[] mixed(Backend on, float[] source, int rows, int sources, int many, int columns) {
        var from = new int[rows * many];
        Arrays.setAll(from, i -> (i * 7 + 3) % sources);
        try (Tensor input = on.upload(source, new Shape(sources, columns));
                Tensor y = on.allocate(DType.FLOAT32, new Shape(rows, columns))) {
            on.mixRows(input, from, numbers(rows * many, 55, 1), y);
            return on.download(y);
        }
    }

    private static float[] rotated(Backend on, float[] x, int rows, int headSize, int half) {
        int[] positions = IntStream.range(0, rows).map(t -> (t * 7) % 50).toArray();
        try (Tensor input = on.upload(x, new Shape(rows, x.length / rows));
                Tensor cos = on.upload(numbers(50 * half, 42, 1), new Shape(50, half));
                Tensor sin = on.upload(numbers(50 * half, 43, 1), new Shape(50, half))) {
            on.rotate(input, headSize, positions, cos, sin);
            return on.download(input);
        }
    }

    private static float[] swigluThenAdd(Backend on, float[] gate, float[] up, int rows, int columns) {
        try (Tensor g = on.upload(gate, new Shape(rows, columns)); Tensor u = on.upload(up, new Shape(rows, columns))) {
            on.swiglu(g, u, g);
            on.add(u, g);
            return on.download(g);
        }
    }
}
