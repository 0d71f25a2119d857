package org.bitrank.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.IntegerOperators;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Integer operators beside the floating ones that they stand for, and equal on both host back ends. */
class IntegerOperatorsTest {
    private final Backend cpu = new CpuBackend(ComputeType.FLOAT32);
    private final Backend reference = new ReferenceBackend(ComputeType.FLOAT32);

    @AfterEach
    void closeBackends() {
        cpu.close();
        reference.close();
    }

    private interface Operation {
        void run(Backend backend, IntegerOperators integers, Tensor x, Tensor y);
    }

    private static float[] numbers(int count, long seed) {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] result(Backend backend, float[] x, int rows, Operation operation) {
        var shape = new Shape(rows, x.length / rows);
        try (Tensor input = backend.upload(x, shape); Tensor y = backend.allocate(DType.FLOAT32, shape)) {
            operation.run(backend, backend.integers(), input, y);
            return backend.download(y);
        }
    }

    /** Equal on both back ends, and within a share of the largest number of what the floating operator gives. */
    private void assertNear(float[] x, int rows, Operation integer, Operation floating, float share) {
        float[] actual = result(cpu, x, rows, integer);
        assertThat(actual).isEqualTo(result(reference, x, rows, integer));
        float[] expected = result(reference, x, rows, floating);
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(actual).containsExactly(expected, within(share * largest));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 17, 40, 100})
    void expIsAtMostAFewPercentTooLarge(int codes) {
        var scale = new Dyadic(15, 8);
        double exact = Math.exp(-codes * scale.value());
        double actual = (double) IntegerMath.exp(codes, scale) / IntegerMath.one(scale);
        assertThat(actual).isBetween(exact * 0.99 - 1.0 / IntegerMath.one(scale), exact * 1.076);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "8, 2", "9, 3", "1000000000000, 1000000", "4611686014132420609, 2147483647"})
    void rootsAreRoundedDown(long x, long root) {
        assertThat(IntegerMath.root(x)).isEqualTo(root);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 3.7, 1e-4, 127, 1e-9})
    void scalesAreDyadic(double scale) {
        assertThat(Dyadic.of(scale).value()).isCloseTo(scale, within(scale / 255));
        assertThat(Dyadic.of(scale).m()).isBetween(1, 255);
    }

    @ParameterizedTest
    @CsvSource({"8, 0.015", "6, 0.05", "4, 0.2"})
    void requantizedRowsStayWithinAStep(int bits, float share) {
        assertNear(numbers(3 * 65, 1), 3, (backend, integers, x, y) -> {
            backend.add(x, y);
            integers.requantize(y, bits);
        }, (backend, integers, x, y) -> backend.add(x, y), share);
    }

    @Test
    void rowsOfOneNumberStay() {
        assertThat(result(cpu, new float[12], 3, (backend, integers, x, y) -> integers.requantize(y, 8))).containsOnly(0f);
    }

    @Test
    void theNormIsTheFloatingOne() {
        float[] gains = numbers(96, 2);
        Operation integer = (backend, integers, x, y) -> {
            try (Tensor gain = backend.upload(gains, Shape.vector(96))) {
                integers.rmsNorm(x, gain, 1e-5f, y);
            }
        };
        assertNear(numbers(4 * 96, 3), 4, integer, (backend, integers, x, y) -> {
            try (Tensor gain = backend.upload(gains, Shape.vector(96))) {
                backend.rmsNorm(x, gain, 1e-5f, y);
            }
        }, 1e-3f);
    }

    @Test
    void swigluIsNearTheFloatingOne() {
        float[] ups = numbers(3 * 65, 4);
        assertNear(numbers(3 * 65, 5), 3, (backend, integers, x, y) -> {
            try (Tensor up = backend.upload(ups, new Shape(3, 65))) {
                integers.swiglu(x, up, 8, y);
            }
        }, (backend, integers, x, y) -> {
            try (Tensor up = backend.upload(ups, new Shape(3, 65))) {
                backend.swiglu(x, up, y);
            }
        }, 0.05f);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5})
    void attentionIsNearTheFloatingOne(int window) {
        var shape = new AttentionShape(4, 2, 16, 0.25f, window);
        var runs = new AttentionRun[] {AttentionRun.alone(0, 7), AttentionRun.alone(7, 13)};
        float[] keys = numbers(20 * 32, 6);
        float[] values = numbers(20 * 32, 7);
        assertNear(numbers(20 * 64, 8), 20, (backend, integers, x, y) -> {
            try (Tensor k = backend.upload(keys, new Shape(20, 32)); Tensor v = backend.upload(values, new Shape(20, 32))) {
                integers.attention(x, k, v, shape, runs, 8, y);
            }
        }, (backend, integers, x, y) -> {
            try (Tensor k = backend.upload(keys, new Shape(20, 32)); Tensor v = backend.upload(values, new Shape(20, 32))) {
                backend.attention(x, k, v, shape, runs, y);
            }
        }, 0.06f);
    }
}
