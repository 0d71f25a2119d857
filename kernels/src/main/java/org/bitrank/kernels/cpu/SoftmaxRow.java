package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.VectorMath.FLOATS;
import static org.bitrank.kernels.cpu.VectorMath.LANES;
import static org.bitrank.kernels.cpu.VectorMath.load;
import static org.bitrank.kernels.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The loops of softmax over one row of scores. Each is a method of its own: the JIT makes the best of small loops. */
final class SoftmaxRow {
    private static final float LOG2_E = 1.44269504f;

    private SoftmaxRow() {}

    /** Adds {@code (start + i) * step} to column {@code i}, for all below {@code count}. */
    static void addRamp(long scores, int count, int start, float step) {
        FloatVector lanes = FloatVector.zero(FLOATS).addIndex(1);
        for (int i = 0; i < count; i += LANES) {
            VectorMask<Float> rest = VectorMath.first(count - i);
            store(load(scores + i * 4L, rest).add(lanes.add((float) (start + i)).mul(step)), scores + i * 4L, rest);
        }
    }

    /** The largest score of columns {@code from .. to - 1}. */
    static float largest(long scores, int from, int to) {
        FloatVector a = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        FloatVector b = a;
        int i = from;
        for (; i <= to - 2 * LANES; i += 2 * LANES) {
            a = VectorMath.larger(a, load(scores + i * 4L));
            b = VectorMath.larger(b, load(scores + (i + LANES) * 4L));
        }
        for (; i < to; i += LANES) {
            VectorMask<Float> rest = VectorMath.first(to - i);
            a = a.blend(VectorMath.larger(a, load(scores + i * 4L, rest)), rest);
        }
        return VectorMath.largest(VectorMath.larger(a, b));
    }

    /**
     * Replaces the scores of a row by {@code exp(scale * score - max)} in columns {@code from .. to - 1}, by 0 in the others
     * below {@code padded}, and returns their sum. Narrow weights are bfloat16 and fill the front of the row, behind the
     * scores still to be read.
     */
    static float exponentials(long scores, int from, int to, int padded, float scale, float max, boolean narrow) {
        int whole = from == 0 ? to / LANES * LANES : 0;
        // Weights that end as bfloat16 are powers of two with the factor log2 e in scale and shift.
        float factor = narrow ? scale * LOG2_E : scale;
        float shift = narrow ? -max * LOG2_E : -max;
        float sum = narrow ? wholeNarrow(scores, whole, factor, shift) : wholeWide(scores, whole, factor, shift);
        int end = (to + LANES - 1) / LANES * LANES;
        if (whole < end) {
            sum += masked(scores, whole, from, to, factor, shift, narrow);
        }
        if (end < padded) {
            int bytes = narrow ? 2 : 4;
            Memory.ALL.asSlice(scores + (long) end * bytes, (long) (padded - end) * bytes).fill((byte) 0);
        }
        return sum;
    }

    private static float wholeWide(long scores, int count, float scale, float shift) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < count; i += LANES) {
            FloatVector weight = weight(scores + i * 4L, scale, shift);
            sum = sum.add(weight);
            store(weight, scores + i * 4L);
        }
        return VectorMath.sum(sum);
    }

    private static float wholeNarrow(long scores, int count, float scale, float shift) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < count; i += LANES) {
            FloatVector weight = narrowWeight(scores + i * 4L, scale, shift);
            sum = sum.add(weight);
            VectorMath.storeBfloat16OfPositive(weight, scores + i * 2L);
        }
        return VectorMath.sum(sum);
    }

    private static float masked(long scores, int start, int from, int to, float scale, float shift, boolean narrow) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = start; i < to; i += LANES) {
            VectorMask<Float> seen = FLOATS.indexInRange(i, to).andNot(FLOATS.indexInRange(i, from));
            FloatVector weight = FloatVector.zero(FLOATS)
                    .blend(narrow ? narrowWeight(scores + i * 4L, scale, shift) : weight(scores + i * 4L, scale, shift), seen);
            sum = sum.add(weight);
            if (narrow) {
                VectorMath.storeBfloat16OfPositive(weight, scores + i * 2L);
            } else {
                store(weight, scores + i * 4L);
            }
        }
        return VectorMath.sum(sum);
    }

    private static FloatVector weight(long score, float scale, float shift) {
        return VectorMath.expBelow88(
                load(score).fma(FloatVector.broadcast(FLOATS, scale), FloatVector.broadcast(FLOATS, shift)));
    }

    private static FloatVector narrowWeight(long score, float scale, float shift) {
        return VectorMath.roughExp2(
                load(score).fma(FloatVector.broadcast(FLOATS, scale), FloatVector.broadcast(FLOATS, shift)));
    }

    /** {@code row *= factor}. */
    static void scale(long row, int count, float factor) {
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            store(load(row + i * 4L).mul(factor), row + i * 4L);
        }
        if (i < count) {
            VectorMask<Float> rest = VectorMath.first(count - i);
            store(load(row + i * 4L, rest).mul(factor), row + i * 4L, rest);
        }
    }
}
