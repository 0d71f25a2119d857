package org.bitrank.engine.quantize;

import org.bitrank.engine.weights.MixedWidthWeight;
import org.bitrank.kernels.DType;

/** The numbers of one group of one row in SliM-LLM: as {@link MixedWidthWeight} has them. */
record SlimGroup(int bits, float scale, float shift) {
    private static final int STEPS = 50;
    private static final double REACH = 0.1;
    private static final double NORM = 2.4;

    /** What an error in weight {@code i} counts. */
    interface Importance {
        double of(int i);
    }

    /** From the range of {@code weights[from .. to - 1]}, or for 1 bit their binarization. */
    static SlimGroup of(float[] weights, int from, int to, int bits, DType type) {
        return bits == 1 ? binary(weights, from, to, type) : Range.of(weights, from, to).group(1, bits, type);
    }

    /** The same with the best of ranges up to a tenth longer and shorter, by {@code sum importance |w' - w|^2.4}. */
    static SlimGroup searched(float[] weights, int from, int to, int bits, Importance importance, DType type) {
        if (bits == 1) {
            return binary(weights, from, to, type);
        }
        Range range = Range.of(weights, from, to);
        SlimGroup best = range.group(1, bits, type);
        double least = best.error(weights, from, to, importance);
        for (int step = 1; step <= STEPS; step++) {
            for (int side = -1; side <= 1; side += 2) {
                SlimGroup tried = range.group(1 + side * REACH * step / STEPS, bits, type);
                double error = tried.error(weights, from, to, importance);
                if (error < least) {
                    least = error;
                    best = tried;
                }
            }
        }
        return best;
    }

    private static SlimGroup binary(float[] weights, int from, int to, DType type) {
        var binary = Binarization.of(weights, from, to, i -> true, type);
        return new SlimGroup(1, binary.spread(), binary.mean());
    }

    /** Holds zero. */
    private record Range(float low, float high) {
        static Range of(float[] weights, int from, int to) {
            float low = 0;
            float high = 0;
            for (int i = from; i < to; i++) {
                low = Math.min(low, weights[i]);
                high = Math.max(high, weights[i]);
            }
            return low == 0 && high == 0 ? new Range(-1, 1) : new Range(low, high);
        }

        SlimGroup group(double share, int bits, DType type) {
            int largest = (1 << bits) - 1;
            float scale = GroupGrid.stored((float) (share * (high - low) / largest), type);
            return new SlimGroup(bits, scale, (float) Math.clamp(Math.rint(-share * low / scale), 0, largest));
        }
    }

    private double error(float[] weights, int from, int to, Importance importance) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            double weight = importance.of(i);
            sum += weight * Math.pow(Math.abs(decode(code(weights[i])) - weights[i]), NORM);
        }
        return sum;
    }

    int code(float weight) {
        if (bits == 1) {
            return weight >= shift ? 1 : 0;
        }
        int code = (int) (Math.rint(weight / scale) + shift);
        return Math.max(0, Math.min((1 << bits) - 1, code));
    }

    float decode(int code) {
        return MixedWidthWeight.value(code, bits, scale, shift);
    }
}
