package org.bitrank.engine.quantize;

/**
 * Finds which of some grids codes a group of weights with the least {@code sum importance |w' - w|^2.4}, where
 * {@code w' = (clamp(round(w / scale) + zero) - zero) scale} (the norm is that of GPTQ's {@code mse} option). Used by one thread for group
 * after group.
 *
 * <p>A power costs far more than all else, so the sums of all grids are first worked out roughly, in a form that becomes vector code; only the
 * grids that may still be the best are summed with {@link Math#pow}. The choice is that of the exact sums; of equal ones the first.
 */
final class GridSearch {
    private static final double NORM = 2.4;

    /** Five times what rough sums are off, at most: two of Newton's steps from a guess that is 4 % off leave 2e-4 of a power. */
    private static final float TOLERANCE = 1e-3f;

    private static final int NEWTON_STEPS = 2;

    /** Of an error, in steps of the first grid; anything less counts as this. */
    private static final float SMALLEST_SQUARE = 1e-12f;

    /** Adding a number so large that its last digit is one rounds, half to even. */
    private static final float ROUNDER = 0x1.8p23f;

    /** Bits of {@code t^(-1/5)} are about this less a fifth of the bits of {@code t}. */
    private static final int FIFTH_ROOT_BITS = 0x4C2BBF00;

    private final float[] scales;
    private final float[] zeros;
    private final float[] inverses;
    private final float[] sizes;
    private final float[] sums;
    private final float[] steps;
    private final float[] codes;
    private final float[] squares;
    private final float[] roots;
    private final int[] guesses;
    private int count;

    /** @param most grids that are ever tried at once */
    GridSearch(int most) {
        scales = new float[most];
        zeros = new float[most];
        inverses = new float[most];
        sizes = new float[most];
        sums = new float[most];
        steps = new float[most];
        codes = new float[most];
        squares = new float[most];
        roots = new float[most];
        guesses = new int[most];
    }

    /** Forgets all grids. */
    void clear() {
        count = 0;
    }

    void add(float scale, float zero) {
        scales[count] = scale;
        zeros[count] = zero;
        count++;
    }

    float scale(int grid) {
        return scales[grid];
    }

    float zero(int grid) {
        return zeros[grid];
    }

    /**
     * The best of the added grids for {@code weights[from .. to - 1]}; the first where weights are not numbers.
     *
     * @param importance what an error in weight {@code from + i} counts, or null where all count alike
     */
    int best(float[] weights, int from, int to, float[] importance, int largestCode) {
        addRoughSums(weights, from, to, importance, largestCode);
        float leastRough = Float.POSITIVE_INFINITY;
        for (int grid = 0; grid < count; grid++) {
            leastRough = Math.min(leastRough, sums[grid]);
        }
        float limit = leastRough * (1 + TOLERANCE) + (to - from) * SMALLEST_SQUARE;
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int grid = 0; grid < count; grid++) {
            if (sums[grid] <= limit) {
                double error = error(grid, weights, from, to, importance, largestCode);
                if (error < least) {
                    least = error;
                    best = grid;
                }
            }
        }
        return best;
    }

    /** In units of the first grid's step, so that no power leaves the range of its type. */
    private void addRoughSums(float[] weights, int from, int to, float[] importance, int largestCode) {
        for (int grid = 0; grid < count; grid++) {
            inverses[grid] = 1 / scales[grid];
            sizes[grid] = scales[grid] / scales[0];
            sums[grid] = 0;
        }
        for (int i = from; i < to; i++) {
            code(weights[i], inverses, zeros, steps, codes, count);
            squareErrors(largestCode, steps, codes, zeros, sizes, squares, count);
            addRoughPowers(importance == null ? 1 : importance[i - from]);
        }
    }

    /** Adds {@code importance square^1.2} to the sums, the fifth root by Newton's steps towards {@code square^(-1/5)}. */
    private void addRoughPowers(float importance) {
        atLeast(SMALLEST_SQUARE, squares, count);
        bits(squares, guesses, count);
        rootBits(guesses, count);
        floats(guesses, roots, count);
        for (int step = 0; step < NEWTON_STEPS; step++) {
            improve(squares, roots, count);
        }
        addPowers(importance, squares, roots, sums, count);
    }

    // Each of these is short enough for the compiler to unroll it and turn it into vector code; one loop with all of it is six times slower.

    private static void code(float weight, float[] inverses, float[] zeros, float[] steps, float[] codes, int count) {
        for (int grid = 0; grid < count; grid++) {
            float step = weight * inverses[grid];
            steps[grid] = step;
            codes[grid] = (step + ROUNDER) - ROUNDER + zeros[grid];
        }
    }

    private static void squareErrors(
            float largest, float[] steps, float[] codes, float[] zeros, float[] sizes, float[] squares, int count) {
        for (int grid = 0; grid < count; grid++) {
            float error = (Math.max(0, Math.min(largest, codes[grid])) - zeros[grid] - steps[grid]) * sizes[grid];
            squares[grid] = error * error;
        }
    }

    private static void atLeast(float least, float[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = Math.max(least, values[i]);
        }
    }

    private static void bits(float[] values, int[] bits, int count) {
        for (int i = 0; i < count; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
    }

    private static void rootBits(int[] bits, int count) {
        for (int i = 0; i < count; i++) {
            bits[i] = FIFTH_ROOT_BITS - (int) (bits[i] * 0.2f);
        }
    }

    private static void floats(int[] bits, float[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = Float.intBitsToFloat(bits[i]);
        }
    }

    private static void improve(float[] squares, float[] roots, int count) {
        for (int i = 0; i < count; i++) {
            float root = roots[i];
            float square = root * root;
            roots[i] = root * (1.2f - 0.2f * squares[i] * (square * square * root));
        }
    }

    private static void addPowers(float importance, float[] squares, float[] roots, float[] sums, int count) {
        for (int i = 0; i < count; i++) {
            float power = squares[i] * (roots[i] * roots[i]);
            sums[i] += importance * (power * power);
        }
    }

    private double error(int grid, float[] weights, int from, int to, float[] importance, int largestCode) {
        float scale = scales[grid];
        float zero = zeros[grid];
        double sum = 0;
        for (int i = from; i < to; i++) {
            int code = Math.max(0, Math.min(largestCode, (int) (Math.rint(weights[i] / scale) + zero)));
            double error = Math.pow(Math.abs((code - zero) * scale - weights[i]), NORM);
            sum += importance == null ? error : importance[i - from] * error;
        }
        return sum;
    }
}
