package org.bitrank.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuBackendThreadsTest {
    private static final AttentionShape SHAPE = new AttentionShape(6, 2, 32, 0.2f, 0);
    private static final int WIDTH = 6 * 32;
    private static final int TOKENS = 300;

    @ParameterizedTest
    @MethodSource("org.bitrank.kernels.cpu.ComputeTypes#ofThisProcessor")
    void resultsDoNotDependOnTheNumberOfThreads(ComputeType type) {
        float[] one;
        try (Backend backend = new CpuBackend(type, 1)) {
            one = everything(backend);
        }
        for (int threads : new int[] {2, 5}) {
            try (Backend backend = new CpuBackend(type, threads)) {
                assertThat(everything(backend)).isEqualTo(one);
            }
        }
    }

    /** Repeated, because warm code is compiled code. */
    @ParameterizedTest
    @MethodSource("org.bitrank.kernels.cpu.ComputeTypes#ofThisProcessor")
    void resultsAreTheSameEveryTime(ComputeType type) {
        try (Backend backend = new CpuBackend(type)) {
            float[] first = everything(backend);
            for (int i = 0; i < 30; i++) {
                assertThat(everything(backend)).isEqualTo(first);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.bitrank.kernels.cpu.ComputeTypes#ofThisProcessor")
    void closingGivesAllMemoryBack(ComputeType type) {
        long before = Memory.allocatedBytes();
        try (Backend backend = new CpuBackend(type)) {
            everything(backend);
            assertThat(Memory.allocatedBytes()).isGreaterThan(before);
        }
        assertThat(Memory.allocatedBytes()).isEqualTo(before);
    }

    @Test
    void aFailureInOneThreadReachesTheCaller() {
        try (Workers workers = new Workers(3)) {
            assertThatIllegalStateException().isThrownBy(() -> workers.run(50, (tile, worker) -> {
                if (tile == 37) {
                    throw new IllegalStateException("tile 37");
                }
            })).withMessage("tile 37");
        }
    }

    @Test
    void aSecondCallerAtTheSameTimeIsRefused() {
        try (Workers workers = new Workers(2)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> workers.run(1, (tile, worker) -> workers.run(1, (inner, other) -> {})))
                    .withMessageContaining("one thread at a time");
        }
    }

    /** All operations of a forward pass, one after the other on each other's results. */
    private static float[] everything(Backend backend) {
        try (Tensor x = numbers(backend, TOKENS, WIDTH);
                Tensor gain = numbers(backend, 1, WIDTH);
                Tensor k = numbers(backend, TOKENS, WIDTH / 3);
                Tensor y = backend.allocate(DType.FLOAT32, new Shape(TOKENS, WIDTH));
                Tensor h = backend.allocate(DType.FLOAT32, new Shape(WIDTH, WIDTH));
                PackedMatrix weight = weight(backend, WIDTH, WIDTH);
                PackedMatrix head = weight(backend, 1000, WIDTH)) {
            backend.rmsNorm(x, gain, 1e-5f, x);
            backend.matmul(x, weight, gain, y);
            backend.attention(y, k, k, SHAPE,
                    new AttentionRun[] {AttentionRun.alone(0, TOKENS - 3), AttentionRun.alone(TOKENS - 3, 3)}, x);
            backend.swiglu(x, y, y);
            backend.add(y, x);
            backend.gram(x, 1f, h);
            backend.crossGram(x, y, 1f, h);
            float[] logProbs = new float[TOKENS];
            backend.targetLogProbs(x, head, new int[TOKENS], logProbs, new int[TOKENS]);
            float[] out = new float[TOKENS + WIDTH * WIDTH + TOKENS * WIDTH];
            System.arraycopy(logProbs, 0, out, 0, TOKENS);
            System.arraycopy(backend.download(h), 0, out, TOKENS, WIDTH * WIDTH);
            System.arraycopy(backend.download(x), 0, out, TOKENS + WIDTH * WIDTH, TOKENS * WIDTH);
            return out;
        }
    }

    private static Tensor numbers(Backend backend, int rows, int columns) {
        return backend.upload(numbers(rows * columns), new Shape(rows, columns));
    }

    private static PackedMatrix weight(Backend backend, int outputs, int inputs) {
        return backend.pack(MemorySegment.ofArray(numbers(outputs * inputs)), DType.FLOAT32, outputs, inputs);
    }

    private static float[] numbers(int count) {
        var random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = 0.3f * (float) random.nextGaussian();
        }
        return values;
    }
}
