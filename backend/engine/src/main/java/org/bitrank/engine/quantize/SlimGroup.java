package org.bitrank.engine.quantize;

import org.bitrank.engine.weights.MixedWidthWeight;
import org.bitrank.kernels.DType;

/** The numbers of one group of one row in SliM-LLM: as {@link MixedWidthWeight} has them. */
record SlimGroup(int bits, float scale, float shift) {
    private static final int STEPS = 50;
    private static final double REACH = 0.1;

    /** Ranges that are tried. */
    static final int TRIED = 2 * STEPS + 1;

    /** From the range of {@code weights[from .. to - 1]}, or for 1 bit their binarization. */
    static SlimGroup of(float[] weights, int from, int to, int bits, DType type) {
        return bits == 1 ? binary(weights, from, to, type) : Range.of(weights, from, to).group(1, bits, type);
    }

    /**
     * The same with the best of ranges up to a tenth longer and shorter, by {@link GridSearch}.
     *
     * @param importance what an error in weight {@code from + i} counts
     */
    static SlimGroup searched(float[] weights, int from, int to, int bits, float[] importance, DType type, GridSearch search) {
        if (bits == 1) {
            return binary(weights, from, to, type);
        }
        Range range = Range.of(weights, from, to);
        search.clear();
        range.addTo(search, 1, bits, type);
        for (int step = 1; step <= STEPS; step++) {
            for (int side = -1; side <= 1; side += 2) {
                range.addTo(search, 1 + side * REACH * step / STEPS, bits, type);
            }
        }
        int best = search.best(weights, from, to, importance, (1 << bits) - 1);
        return new SlimGroup(bits, search.scale(best), search.zero(best));
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
            float scale = scale(share, bits, type);
            return new SlimGroup(bits, scale, zero(share, bits, scale));
        }

        void addTo(GridSearch search, double share, int bits, DType type) {
            float scale = scale(share, bits, type);
            search.add(scale, zero(share, bits, scale));
        }

        private float scale(double share, int bits, DType type) {
            return GroupGrid.stored((float) (share * (high - low) / ((1 << bits) - 1)), type);
        }

        private float zero(double share, int bits, float scale) {
            return (float) Math.clamp(Math.rint(-share * low / scale), 0, (1 << bits) - 1);
        }
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
