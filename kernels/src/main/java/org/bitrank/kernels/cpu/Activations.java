package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.VectorMath.FLOATS;
import static org.bitrank.kernels.cpu.VectorMath.LANES;
import static org.bitrank.kernels.cpu.VectorMath.first;
import static org.bitrank.kernels.cpu.VectorMath.load;
import static org.bitrank.kernels.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The loops of {@link org.bitrank.kernels.Activation} over runs of floats at addresses. */
final class Activations {
    private static final float SQRT_2_BY_PI = 0.7978845608f;
    private static final float SQRT_HALF = 0.7071067812f;

    private Activations() {}

    static void silu(long x, long y, int count) {
        for (int i = 0; i < count; i += LANES) {
            VectorMask<Float> rest = first(count - i);
            FloatVector value = load(x + i * 4L, rest);
            store(value.div(VectorMath.exp(value.neg()).add(1f)), y + i * 4L, rest);
        }
    }

    static void relu(long x, long y, int count) {
        for (int i = 0; i < count; i += LANES) {
            VectorMask<Float> rest = first(count - i);
            FloatVector value = load(x + i * 4L, rest);
            store(value.blend(0f, value.compare(VectorOperators.LT, 0f)), y + i * 4L, rest);
        }
    }

    static void gelu(long x, long y, int count) {
        for (int i = 0; i < count; i += LANES) {
            VectorMask<Float> rest = first(count - i);
            FloatVector value = load(x + i * 4L, rest);
            store(value.mul(0.5f).mul(onePlusErf(value.mul(SQRT_HALF))), y + i * 4L, rest);
        }
    }

    static void geluTanh(long x, long y, int count) {
        for (int i = 0; i < count; i += LANES) {
            VectorMask<Float> rest = first(count - i);
            FloatVector value = load(x + i * 4L, rest);
            FloatVector inner = value.mul(value).mul(0.044715f).add(1f).mul(value).mul(SQRT_2_BY_PI);
            // (1 + tanh u) / 2 = 1 / (1 + exp(-2u)).
            store(value.div(VectorMath.exp(inner.mul(-2f)).add(1f)), y + i * 4L, rest);
        }
    }

    static void quickGelu(long x, long y, int count) {
        for (int i = 0; i < count; i += LANES) {
            VectorMask<Float> rest = first(count - i);
            FloatVector value = load(x + i * 4L, rest);
            store(value.div(VectorMath.exp(value.mul(-1.702f)).add(1f)), y + i * 4L, rest);
        }
    }

    /**
     * {@code 1 + erf(x)} by formula 7.1.26 of Abramowitz and Stegun, which is off by 1.5e-7 at most. The tail is taken as it
     * is for negative x, where a difference from 1 would cost all digits.
     */
    private static FloatVector onePlusErf(FloatVector x) {
        FloatVector size = x.abs();
        FloatVector t = FloatVector.broadcast(FLOATS, 1f).div(size.mul(0.3275911f).add(1f));
        FloatVector p = FloatVector.broadcast(FLOATS, 1.061405429f);
        p = p.fma(t, FloatVector.broadcast(FLOATS, -1.453152027f));
        p = p.fma(t, FloatVector.broadcast(FLOATS, 1.421413741f));
        p = p.fma(t, FloatVector.broadcast(FLOATS, -0.284496736f));
        p = p.fma(t, FloatVector.broadcast(FLOATS, 0.254829592f));
        FloatVector tail = p.mul(t).mul(VectorMath.exp(size.mul(size).neg()));
        return tail.neg().add(2f).blend(tail, x.compare(VectorOperators.LT, 0f));
    }
}
