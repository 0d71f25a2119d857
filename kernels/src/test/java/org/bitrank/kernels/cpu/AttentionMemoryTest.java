package org.bitrank.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttentionMemoryTest {
    private static final AttentionShape SHAPE = new AttentionShape(2, 1, 16, 0.25f, 0);

    @ParameterizedTest
    @MethodSource("org.bitrank.kernels.cpu.ComputeTypes#ofThisProcessor")
    void memoryGrowsWithTheTokensNotWithTheirSquare(ComputeType type) {
        int tokens = 2048;
        long once = scratchBytes(type, tokens);
        long fourTimesTheTokens = scratchBytes(type, 4 * tokens);
        assertThat(fourTimesTheTokens).isLessThanOrEqualTo(4 * once);
        assertThat(fourTimesTheTokens).isLessThan(4L * tokens * tokens);
    }

    /** Bytes that attention over one sequence took besides its operands. */
    private static long scratchBytes(ComputeType type, int tokens) {
        try (CpuBackend backend = new CpuBackend(type, 2);
                Tensor q = backend.allocate(DType.FLOAT32, new Shape(tokens, 32));
                Tensor k = backend.allocate(DType.FLOAT32, new Shape(tokens, 16));
                Tensor y = backend.allocate(DType.FLOAT32, new Shape(tokens, 32))) {
            long before = Memory.allocatedBytes();
            backend.attention(q, k, k, SHAPE, new AttentionRun[] {AttentionRun.alone(0, tokens)}, y);
            return Memory.allocatedBytes() - before;
        }
    }
}
