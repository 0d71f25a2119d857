package org.bitrank.engine.quantize;

import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/**
 * The scale and zero point of one group, found from its weights; used by one thread for group after group.
 *
 * <p>Asymmetric: {@code lo = min(w, 0)}, {@code hi = max(w, 0)}, {@code scale = (hi - lo) / (2^bits - 1)},
 * {@code zero = round(-lo / scale)}. Symmetric: {@code scale = 2 max|w| / (2^bits - 1)}, {@code zero = 2^(bits - 1)}. A
 * group of zeros gets the range -1 to 1. Rounding is half to even. The scale is rounded to its stored type before
 * anything is coded with it, so that the artifact says exactly what was simulated.
 */
final class GroupGrid {
    /** The search tries these shares of the range, 1.00 down to 0.21 (GPTQ's {@code mse} option). */
    private static final int SHRINK_STEPS = 80;

    private static final double SHRINK_UNIT = 100;

    private static final float ROUNDER = 0x1.8p23f;

    private static final float SMALLEST_FLOAT16 = 0x1p-24f;
    private static final float SMALLEST_BFLOAT16 = 0x1p-126f;

    private final int maximumCode;
    private final boolean symmetric;
    private final int middle;
    private final DType scaleType;
    /** Null where the whole range is taken. */
    private final GridSearch search;

    private float low;
    private float high;
    private float scale;
    private float zero;

    GroupGrid(WeightSettings weights, boolean search) {
        var grid = new AffineGrid(weights.bits(), weights.symmetric());
        this.maximumCode = grid.maximumCode();
        this.middle = grid.middle();
        this.symmetric = weights.symmetric();
        this.scaleType = weights.scaleType().dtype();
        this.search = search ? new GridSearch(SHRINK_STEPS) : null;
    }

    float scale() {
        return scale;
    }

    float zero() {
        return zero;
    }

    /** Takes up parameters that were found before. */
    void use(float scale, float zero) {
        this.scale = scale;
        this.zero = zero;
    }

    /** Finds the parameters of {@code weights[from .. to - 1]}. */
    void fit(float[] weights, int from, int to) {
        low = 0;
        high = 0;
        for (int i = from; i < to; i++) {
            low = Math.min(low, weights[i]);
            high = Math.max(high, weights[i]);
        }
        if (symmetric) {
            high = Math.max(-low, high);
            low = -high;
        }
        if (low == 0 && high == 0) {
            low = -1;
            high = 1;
        }
        if (search != null) {
            search(weights, from, to);
        } else {
            takeShare(1);
        }
    }

    /** Takes up a share of the range of the group that was fitted last. */
    void takeShare(float share) {
        setRange(share * low, share * high);
    }

    int code(float weight) {
        int code = (int) (Math.rint(weight / scale) + zero);
        return Math.max(0, Math.min(maximumCode, code));
    }

    /**
     * What weights become when they are coded and decoded again. Says the same as {@link #code} and {@link #decode} for weights of
     * the range that the grid was fitted to, in a form that becomes vector code.
     */
    void round(float[] weights, int from, int to, float[] rounded, int at) {
        float largest = maximumCode;
        for (int i = 0; i < to - from; i++) {
            // Adding a number so large that its last digit is one rounds, half to even.
            float code = (weights[from + i] / scale + ROUNDER) - ROUNDER + zero;
            rounded[at + i] = (Math.max(0, Math.min(largest, code)) - zero) * scale;
        }
    }

    float decode(int code) {
        return (code - zero) * scale;
    }

    private void setRange(float low, float high) {
        scale = stored((high - low) / maximumCode, scaleType);
        // A scale near the smallest number of its type may have been rounded far enough to push the zero point out.
        zero = symmetric ? middle : (float) Math.max(0, Math.min(maximumCode, Math.rint(-low / scale)));
    }

    private void search(float[] weights, int from, int to) {
        search.clear();
        for (int step = 0; step < SHRINK_STEPS; step++) {
            takeShare((float) (1 - step / SHRINK_UNIT));
            search.add(scale, zero);
        }
        int best = search.best(weights, from, to, null, maximumCode);
        use(search.scale(best), search.zero(best));
    }

    /**
     * The scale as its type stores it. One too small for the type becomes its smallest number: the group's weights are then
     * smaller than any error it could make.
     */
    static float stored(float scale, DType type) {
        float smallest =
                switch (type) {
                    case FLOAT32 -> Float.MIN_NORMAL;
                    case FLOAT16 -> SMALLEST_FLOAT16;
                    case BFLOAT16 -> SMALLEST_BFLOAT16;
                    case INT32 -> throw new IllegalArgumentException("scales are not integers");
                };
        return Math.max(rounded(scale, type), smallest);
    }

    /** A number of a group as its type stores it. */
    static float rounded(float number, DType type) {
        float rounded =
                switch (type) {
                    case FLOAT32 -> number;
                    case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16(number));
                    case BFLOAT16 -> Float.intBitsToFloat(DenseWeight.floatToBfloat16(number) << 16);
                    case INT32 -> throw new IllegalArgumentException("scales are not integers");
                };
        if (!Float.isFinite(rounded)) {
            throw BitRankException.numerical("a scale or zero point of " + number + " does not fit " + type
                    + "; set weights.scale-type to bfloat16 or float32");
        }
        return rounded;
    }
}
