package org.bitrank.engine.quantize;

/**
 * HQQ's alternating solver. With the inverse step {@code S} of a group fixed: codes {@code Q = round(W S + Z)}, the error
 * {@code W - (Q - Z) / S} shrunk towards zero by the norm gives {@code E}, and {@code Z = mean(Q - (W - E) S)}; until the mean error
 * over the whole matrix stops falling.
 */
final class HalfQuadraticSolver {
    /** Groups of a smaller range keep a step of one. */
    private static final float SMALLEST_RANGE = 1e-4f;
    /** A larger inverse step would not survive float16 in the authors' code. */
    private static final float LARGEST_INVERSE_STEP = 2e4f;
    /** At this width the authors' code starts from a whole zero point. */
    private static final int BITS_OF_WHOLE_ZEROS = 4;
    /** Adding and subtracting it rounds to the nearest whole number, halves to even, in instructions that vectorize. */
    private static final float ROUNDER = 0x1.8p23f;

    private final float[] weights;
    private final int groupSize;
    private final int groups;
    private final float largestCode;
    private final HalfQuadratic.Options options;
    private final double largestVanishing;
    private final float[] inverseSteps;
    private final float[] zeros;

    /** @param weights groups one after another */
    HalfQuadraticSolver(float[] weights, int groupSize, int bits, HalfQuadratic.Options options) {
        this.weights = weights;
        this.groupSize = groupSize;
        this.groups = weights.length / groupSize;
        this.largestCode = (1 << bits) - 1;
        this.options = options;
        // |e| - |e|^(p-1) / beta is not positive up to here: errors of nearly all weights vanish without a power being taken.
        this.largestVanishing = Math.pow(options.beta(), -1 / (2 - options.norm()));
        this.inverseSteps = new float[groups];
        this.zeros = new float[groups];
        Rows.parallel(groups, 1, (from, to) -> {
            for (int group = from; group < to; group++) {
                setRange(group, bits == BITS_OF_WHOLE_ZEROS);
            }
        });
    }

    private void setRange(int group, boolean wholeZero) {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (int i = group * groupSize; i < (group + 1) * groupSize; i++) {
            low = Math.min(low, weights[i]);
            high = Math.max(high, weights[i]);
        }
        float range = high - low;
        inverseSteps[group] = range <= SMALLEST_RANGE ? 1 : Math.min(largestCode / range, LARGEST_INVERSE_STEP);
        float zero = -low * inverseSteps[group];
        zeros[group] = wholeZero ? (float) Math.rint(zero) : zero;
    }

    void solve() {
        var errors = new double[groups];
        double least = Double.POSITIVE_INFINITY;
        for (int round = 0; round < options.iterations(); round++) {
            Rows.parallel(groups, 1, (from, to) -> {
                var error = new float[groupSize];
                var shift = new float[groupSize];
                for (int group = from; group < to; group++) {
                    errors[group] = improve(group, error, shift);
                }
            });
            double sum = 0;
            for (double error : errors) {
                sum += error;
            }
            // As in the authors' code, the zero points of the round that no longer got better are kept.
            if (sum >= least) {
                return;
            }
            least = sum;
        }
    }

    /** One round for one group; returns the sum of {@code |W - (Q - Z) / S|} with the zero point as it was. */
    private double improve(int group, float[] error, float[] shift) {
        float inverseStep = inverseSteps[group];
        float zero = zeros[group];
        int start = group * groupSize;
        for (int i = 0; i < groupSize; i++) {
            float weight = weights[start + i];
            float scaled = weight * inverseStep;
            float code = Math.max(0, Math.min(largestCode, scaled + zero + ROUNDER - ROUNDER));
            error[i] = weight - (code - zero) / inverseStep;
            shift[i] = code - scaled;
        }
        double sum = 0;
        double shifts = 0;
        for (int i = 0; i < groupSize; i++) {
            float magnitude = Math.abs(error[i]);
            sum += magnitude;
            shifts += shift[i];
            if (magnitude > largestVanishing) {
                shifts += Math.copySign(shrunk(magnitude), error[i]) * inverseStep;
            }
        }
        zeros[group] = (float) (shifts / groupSize);
        return sum;
    }

    private double shrunk(float magnitude) {
        return Math.max(0, magnitude - Math.pow(magnitude, options.norm() - 1) / options.beta());
    }

    /** The steps, one a group. */
    float[] scales() {
        var scales = new float[groups];
        for (int group = 0; group < groups; group++) {
            scales[group] = 1 / inverseSteps[group];
        }
        return scales;
    }

    float[] zeros() {
        return zeros;
    }

    /** Codes under scales and zero points as they are stored. */
    byte[] codes(float[] scales, float[] zeros) {
        var codes = new byte[weights.length];
        Rows.parallel(groups, 1, (from, to) -> {
            for (int group = from; group < to; group++) {
                float inverse = 1 / scales[group];
                for (int i = group * groupSize; i < (group + 1) * groupSize; i++) {
                    float code = weights[i] * inverse + zeros[group] + ROUNDER - ROUNDER;
                    codes[i] = (byte) (int) Math.max(0, Math.min(largestCode, code));
                }
            }
        });
        return codes;
    }
}
