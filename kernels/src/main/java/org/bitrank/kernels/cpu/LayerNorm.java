package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.VectorMath.FLOATS;
import static org.bitrank.kernels.cpu.VectorMath.LANES;
import static org.bitrank.kernels.cpu.VectorMath.first;
import static org.bitrank.kernels.cpu.VectorMath.load;
import static org.bitrank.kernels.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Layer norm of one run of floats; sums are taken lane by lane, always in the same order. */
final class LayerNorm {
    private LayerNorm() {}

    /** @param bias 0 for none */
    static void normalize(long x, long gain, long bias, float epsilon, long y, int count) {
        float mean = sum(x, count) / count;
        float factor = (float) (1 / Math.sqrt((double) sumOfSquares(x, mean, count) / count + epsilon));
        for (int i = 0; i < count; i += LANES) {
            VectorMask<Float> rest = first(count - i);
            FloatVector scaled = load(x + i * 4L, rest).sub(mean).mul(factor).mul(load(gain + i * 4L, rest));
            store(bias == 0 ? scaled : scaled.add(load(bias + i * 4L, rest)), y + i * 4L, rest);
        }
    }

    private static float sum(long x, int count) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < count; i += LANES) {
            sum = sum.add(load(x + i * 4L, first(count - i)));
        }
        return VectorMath.sum(sum);
    }

    /** Of the distances from the mean, so that a large mean costs no digits. */
    private static float sumOfSquares(long x, float mean, int count) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < count; i += LANES) {
            VectorMask<Float> rest = first(count - i);
            FloatVector distance = load(x + i * 4L, rest).sub(mean, rest);
            sum = distance.fma(distance, sum);
        }
        return VectorMath.sum(sum);
    }
}
