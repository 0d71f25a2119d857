package org.bitrank.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;

/** Numbers that the contracts multiply, the same at every call, and how close results have to be. */
final class Operands {
    private Operands() {}

    static float[] numbers(int count, long seed, float scale) {
        var random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = scale * (float) random.nextGaussian();
        }
        return values;
    }

    static short[] halves(int count, DType dtype) {
        float[] values = numbers(count, 14, 0.1f);
        short[] bits = new short[count];
        for (int i = 0; i < count; i++) {
            bits[i] = dtype == DType.FLOAT16
                    ? Float.floatToFloat16(values[i])
                    : (short) (Float.floatToRawIntBits(values[i]) >>> 16);
        }
        return bits;
    }

    static Tensor ones(Backend on, int rows, int columns) {
        float[] values = new float[rows * columns];
        Arrays.fill(values, 1);
        return on.upload(values, new Shape(rows, columns));
    }

    static PackedMatrix pack(Backend on, float[] w, int outputs, int inputs) {
        try (Arena arena = Arena.ofConfined()) {
            return on.pack(arena.allocateFrom(ValueLayout.JAVA_FLOAT, w), DType.FLOAT32, outputs, inputs);
        }
    }

    static void assertClose(float[] actual, float[] expected, float tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        float scale = 1e-30f;
        for (float value : expected) {
            scale = Math.max(scale, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(actual[i] - expected[i]) <= tolerance * scale)) {
                assertThat(actual[i]).as("element %d of %d", i, expected.length)
                        .isCloseTo(expected[i], within(tolerance * scale));
            }
        }
    }
}
