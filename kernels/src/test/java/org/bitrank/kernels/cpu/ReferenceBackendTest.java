package org.bitrank.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Distributions;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The oracle against numbers worked out by hand. */
class ReferenceBackendTest {
    private static final Backend BACKEND = new ReferenceBackend(ComputeType.FLOAT32);

    @AfterAll
    static void close() {
        BACKEND.close();
    }

    @Test
    void aProductTakesRowsOfTheWeightAsOutputs() {
        try (PackedMatrix weight = weight(2, 3, 1, 2, 3, 4, 5, 6);
                Tensor x = tensor(1, 3, 1, 10, 100);
                Tensor bias = tensor(1, 2, 0.5f, -0.5f);
                Tensor y = tensor(1, 2, 0, 0)) {
            BACKEND.matmul(x, weight, bias, y);
            assertThat(BACKEND.download(y)).containsExactly(321.5f, 653.5f);
        }
    }

    @Test
    void bfloat16RoundsToNearestEven() {
        // 1 + 1/256 lies half way between two numbers; the even one is 1. 1 + 3/256 rounds up to 1 + 4/256.
        assertThat(Numbers.round(1 + 1f / 256, ComputeType.BFLOAT16)).isEqualTo(1f);
        assertThat(Numbers.round(1 + 3f / 256, ComputeType.BFLOAT16)).isEqualTo(1 + 4f / 256);
        assertThat(Numbers.round(Float.intBitsToFloat(0x7fffffff), ComputeType.BFLOAT16)).isNaN();
        assertThat(Numbers.round(Float.POSITIVE_INFINITY, ComputeType.BFLOAT16)).isInfinite();
    }

    @Test
    void rmsNormDividesByTheRootOfTheMeanSquare() {
        try (Tensor x = tensor(1, 4, 3, 4, 6, 8); Tensor gain = tensor(1, 2, 1, 2)) {
            BACKEND.rmsNorm(x, gain, 0, x);
            float first = (float) Math.sqrt(12.5);
            float second = (float) Math.sqrt(50);
            assertThat(BACKEND.download(x)).containsExactly(new float[] {3 / first, 8 / first, 6 / second, 16 / second}, within(1e-6f));
        }
    }

    @Test
    void layerNormTakesTheMeanAwayAndDividesByTheStandardDeviation() {
        try (Tensor x = tensor(2, 2, 3, 5, 10, 20); Tensor gain = tensor(1, 2, 1, 2); Tensor bias = tensor(1, 2, 0.5f, 7)) {
            BACKEND.layerNorm(x, gain, bias, 0, x);
            assertThat(BACKEND.download(x)).containsExactly(new float[] {-0.5f, 9, -0.5f, 9}, within(1e-6f));
        }
    }

    /** Values of torch.nn.functional.gelu in float64; the quick one by its formula. */
    @Test
    void activationsAreTheUsualOnes() {
        try (Tensor x = tensor(1, 4, -4, -1, 0.5f, 3); Tensor y = tensor(1, 4, 0, 0, 0, 0)) {
            BACKEND.activate(Activation.RELU, x, y);
            assertThat(BACKEND.download(y)).containsExactly(0, 0, 0.5f, 3);
            BACKEND.activate(Activation.GELU, x, y);
            assertThat(BACKEND.download(y)).containsExactly(new float[] {-1.2668497e-4f, -0.15865526f, 0.34573123f, 2.9959502f}, within(3e-7f));
            BACKEND.activate(Activation.GELU_TANH, x, y);
            assertThat(BACKEND.download(y)).containsExactly(new float[] {-7.0245948e-5f, -0.15880801f, 0.34571401f, 2.9963627f}, within(3e-7f));
            BACKEND.activate(Activation.QUICK_GELU, x, y);
            assertThat(BACKEND.download(y)).containsExactly(new float[] {-0.0044147241f, -0.15420423f, 0.35038844f, 2.9819287f}, within(3e-7f));
        }
    }

    @Test
    void linearBiasesTakeFromTheScoreByDistance() {
        var shape = new AttentionShape(1, 1, 1, 1f, 0, new float[] {(float) Math.log(3)});
        try (Tensor q = tensor(2, 1, 0, 0); Tensor k = tensor(2, 1, 0, 0); Tensor v = tensor(2, 1, 8, 4); Tensor y = tensor(2, 1, 0, 0)) {
            BACKEND.attention(q, k, v, shape, new AttentionRun[] {AttentionRun.alone(0, 2)}, y);
            assertThat(BACKEND.download(y)).containsExactly(new float[] {8, 5}, within(1e-6f));
        }
    }

    @Test
    void rotationTurnsPairsThatAreHalfAHeadApart() {
        try (Tensor x = tensor(1, 4, 1, 2, 3, 4); Tensor cos = tensor(2, 2, 1, 1, 0, 0); Tensor sin = tensor(2, 2, 0, 0, 1, 1)) {
            BACKEND.rotate(x, new int[] {1}, cos, sin);
            assertThat(BACKEND.download(x)).containsExactly(-3, -4, 1, 2);
        }
    }

    @Test
    void aQuerySeesTheKeysUpToItself() {
        var shape = new AttentionShape(1, 1, 1, 1f, 0);
        try (Tensor q = tensor(2, 1, 1, 1); Tensor k = tensor(2, 1, 0, (float) Math.log(3)); Tensor v = tensor(2, 1, 8, 4);
                Tensor y = tensor(2, 1, 0, 0)) {
            BACKEND.attention(q, k, v, shape, new AttentionRun[] {AttentionRun.alone(0, 2)}, y);
            assertThat(BACKEND.download(y)).containsExactly(new float[] {8, 5}, within(1e-6f));
        }
    }

    @Test
    void whereAttentionIsNotCausalAQuerySeesTheKeysBehindItToo() {
        var shape = AttentionShape.full(1, 1, 1, 1f);
        try (Tensor q = tensor(2, 1, 1, 1); Tensor k = tensor(2, 1, 0, (float) Math.log(3)); Tensor v = tensor(2, 1, 8, 4);
                Tensor y = tensor(2, 1, 0, 0)) {
            BACKEND.attention(q, k, v, shape, new AttentionRun[] {AttentionRun.alone(0, 2)}, y);
            assertThat(BACKEND.download(y)).containsExactly(new float[] {5, 5}, within(1e-6f));
        }
    }

    @Test
    void divergenceIsThatOfTheBaseFromTheModel() {
        try (PackedMatrix head = weight(2, 2, 1, 0, 0, 1);
                Tensor base = tensor(1, 2, (float) Math.log(3), 0);
                Tensor model = tensor(1, 2, 0, 0)) {
            Distributions out = Distributions.of(1);
            BACKEND.compareDistributions(base, head, model, head, new int[] {1}, out);
            double divergence = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
            assertThat(out.divergence()[0]).isCloseTo((float) divergence, within(1e-6f));
            assertThat(out.baseLogProbs()[0]).isCloseTo((float) Math.log(0.25), within(1e-6f));
            assertThat(out.logProbs()[0]).isCloseTo((float) Math.log(0.5), within(1e-6f));
            assertThat(out.baseArgmax()).containsExactly(0);
            assertThat(out.argmax()).containsExactly(0);
        }
    }

    @Test
    void theInverseCholeskyFactorSquaresToTheInverse() {
        // The inverse of [[4, 2], [2, 2]] is [[0.5, -0.5], [-0.5, 1]] = U^T U.
        try (Tensor h = tensor(2, 2, 4, 2, 2, 2)) {
            BACKEND.inverseCholesky(h);
            float root = (float) Math.sqrt(0.5);
            assertThat(BACKEND.download(h)).containsExactly(new float[] {root, -root, 0, root}, within(1e-6f));
        }
    }

    private static Tensor tensor(int rows, int columns, float... values) {
        return BACKEND.upload(values, new Shape(rows, columns));
    }

    private static PackedMatrix weight(int outputs, int inputs, float... values) {
        return BACKEND.pack(MemorySegment.ofArray(values), DType.FLOAT32, outputs, inputs);
    }
}
