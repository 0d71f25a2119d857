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
        if (bits == 1) {
            var binary = Binarization.of(weights, from, to, i -> true, type);
            return new SlimGroup(1, binary.spread(), binary.mean());
        }
        float low = 0;
        float high = 0;
        for (int i = from; i < to; i++) {
            low = Math.min(low, weights[i]);
            high = Math.max(high, weights[i]);
        }
        if (low == 0 && high == 0) {
            low = -1;
            high = 1;
        }
        return ofRange(low, high, bits, type);
    }

    private static SlimGroup ofRange(float low, float high, int bits, DType type) {
        int largest = (1 << bits) - 1;
        float scale = GroupGrid.stored((high - low) / largest, type);
        return new SlimGroup(bits, scale, (float) Math.max(0, Math.min(largest, Math.rint(-low / scale))));
    }

    /** The best of ranges up to a tenth longer and shorter, by {@code sum importance |w' - w|^2.4}. */
    SlimGroup searched(float[] weights, int from, int to, Importance importance, DType type) {
        if (bits == 1) {
            return this;
        }
        float low = -shift * scale;
        float high = low + ((1 << bits) - 1) * scale;
        SlimGroup best = this;
        double least = error(weights, from, to, importance);
        for (int step = 1; step <= STEPS; step++) {
            for (int side = -1; side <= 1; side += 2) {
                float share = (float) (1 + side * REACH * step / STEPS);
                SlimGroup tried = ofRange(share * low, share * high, bits, type);
                double error = tried.error(weights, from, to, importance);
                if (error < least) {
                    least = error;
                    best = tried;
                }
            }
        }
        return best;
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
