package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.VectorMath.LANES;
import static org.bitrank.kernels.cpu.VectorMath.first;
import static org.bitrank.kernels.cpu.VectorMath.load;
import static org.bitrank.kernels.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The vector loops of the forward pass, over runs of floats at addresses. */
final class Elementwise {
    private Elementwise() {}

    /** {@code y += x}. */
    static void add(long x, long y, int count) {
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            store(load(y + i * 4L).add(load(x + i * 4L)), y + i * 4L);
        }
        if (i < count) {
            VectorMask<Float> rest = first(count - i);
            store(load(y + i * 4L, rest).add(load(x + i * 4L, rest)), y + i * 4L, rest);
        }
    }

    /** {@code y += factor * x}. */
    static void addScaled(long x, float factor, long y, int count) {
        FloatVector scale = FloatVector.broadcast(VectorMath.FLOATS, factor);
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            store(load(x + i * 4L).fma(scale, load(y + i * 4L)), y + i * 4L);
        }
        if (i < count) {
            VectorMask<Float> rest = first(count - i);
            store(load(x + i * 4L, rest).fma(scale, load(y + i * 4L, rest)), y + i * 4L, rest);
        }
    }

    /** {@code y = gate / (1 + exp(-gate)) * up}. */
    static void swiglu(long gate, long up, long y, int count) {
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            store(swiglu(load(gate + i * 4L), load(up + i * 4L)), y + i * 4L);
        }
        if (i < count) {
            VectorMask<Float> rest = first(count - i);
            store(swiglu(load(gate + i * 4L, rest), load(up + i * 4L, rest)), y + i * 4L, rest);
        }
    }

    private static FloatVector swiglu(FloatVector gate, FloatVector up) {
        return gate.div(VectorMath.exp(gate.neg()).add(1f)).mul(up);
    }

    /** One norm over {@code count} numbers; the squares are summed lane by lane, always in the same order. */
    static void rmsNorm(long x, long gain, float epsilon, long y, int count) {
        float factor = (float) (1 / Math.sqrt(sumOfSquares(x, count) / count + epsilon));
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            store(load(x + i * 4L).mul(factor).mul(load(gain + i * 4L)), y + i * 4L);
        }
        if (i < count) {
            VectorMask<Float> rest = first(count - i);
            store(load(x + i * 4L, rest).mul(factor).mul(load(gain + i * 4L, rest)), y + i * 4L, rest);
        }
    }

    private static double sumOfSquares(long x, int count) {
        FloatVector even = FloatVector.zero(VectorMath.FLOATS);
        FloatVector odd = even;
        int i = 0;
        for (; i <= count - 2 * LANES; i += 2 * LANES) {
            FloatVector a = load(x + i * 4L);
            FloatVector b = load(x + (i + LANES) * 4L);
            even = a.fma(a, even);
            odd = b.fma(b, odd);
        }
        for (; i < count; i += LANES) {
            FloatVector a = load(x + i * 4L, first(count - i));
            even = a.fma(a, even);
        }
        return VectorMath.sum(even.add(odd));
    }

    /** Turns the halves of one head by the angles whose cosines and sines are given. */
    static void rotate(long head, long cos, long sin, int half) {
        long second = head + half * 4L;
        int i = 0;
        for (; i <= half - LANES; i += LANES) {
            long at = i * 4L;
            FloatVector a = load(head + at);
            FloatVector b = load(second + at);
            FloatVector c = load(cos + at);
            FloatVector s = load(sin + at);
            store(a.mul(c).sub(b.mul(s)), head + at);
            store(b.mul(c).add(a.mul(s)), second + at);
        }
        if (i < half) {
            VectorMask<Float> rest = first(half - i);
            long at = i * 4L;
            FloatVector a = load(head + at, rest);
            FloatVector b = load(second + at, rest);
            FloatVector c = load(cos + at, rest);
            FloatVector s = load(sin + at, rest);
            store(a.mul(c).sub(b.mul(s)), head + at, rest);
            store(b.mul(c).add(a.mul(s)), second + at, rest);
        }
    }
}
