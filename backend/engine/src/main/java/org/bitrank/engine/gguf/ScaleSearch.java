package org.bitrank.engine.gguf;

import java.util.Arrays;

/** ggml's searches for the scale of a run of weights, by least squares over a few candidates. */
final class ScaleSearch {
    /** Below this a run counts as zeros. */
    static final float NOTHING = 1e-15f;

    /** The range divided into a little less and a little more steps. */
    private static final int CANDIDATES = 9;
    private static final int SWEEPS = 5;

    private ScaleSearch() {}

    /**
     * A scale without minimum for codes {@code -levels .. levels - 1}, weights squared as importance ({@code make_qx_quants}).
     *
     * @param codes gets the codes, shifted by {@code levels}, from {@code from} on
     */
    static float symmetric(float[] values, int from, int count, int levels, int[] codes, int codesFrom) {
        float extreme = Extremes.signed(values, from, count);
        if (Math.abs(extreme) < NOTHING) {
            Arrays.fill(codes, codesFrom, codesFrom + count, 0);
            return 0;
        }
        float scale = 0;
        float best = 0;
        for (int candidate = 0; candidate <= 2 * CANDIDATES; candidate++) {
            // The plain range first, then from 0.9 steps fewer to 0.9 more.
            int step = candidate == 0 ? 0 : candidate <= CANDIDATES ? candidate - CANDIDATES - 1 : candidate - CANDIDATES;
            float inverse = candidate == 0 ? -levels / extreme : -(levels + 0.1f * step) / extreme;
            float sumProducts = 0;
            float sumSquares = 0;
            for (int i = 0; i < count; i++) {
                float value = values[from + i];
                int code = Rounding.clamp(Rounding.nearest(inverse * value), -levels, levels - 1);
                float weight = value * value;
                sumProducts += weight * value * code;
                sumSquares += weight * code * code;
            }
            boolean better = candidate == 0 || sumSquares > 0 && sumProducts * sumProducts > best * sumSquares;
            if (better) {
                for (int i = 0; i < count; i++) {
                    codes[codesFrom + i] = levels + Rounding.clamp(Rounding.nearest(inverse * values[from + i]), -levels, levels - 1);
                }
                scale = sumSquares == 0 ? 0 : sumProducts / sumSquares;
                best = scale * sumProducts;
            }
        }
        return scale;
    }

    /** A scale without minimum, its codes improved one by one for as long as that lessens the error ({@code make_q3_quants}). */
    static float refined(float[] values, int from, int count, int levels, int[] codes, int codesFrom) {
        float extreme = Extremes.signed(values, from, count);
        if (Math.abs(extreme) < NOTHING) {
            Arrays.fill(codes, codesFrom, codesFrom + count, 0);
            return 0;
        }
        float inverse = -levels / extreme;
        float sumProducts = 0;
        float sumSquares = 0;
        for (int i = 0; i < count; i++) {
            float value = values[from + i];
            int code = Rounding.clamp(Rounding.nearest(inverse * value), -levels, levels - 1);
            codes[codesFrom + i] = code;
            float weight = value * value;
            sumProducts += weight * value * code;
            sumSquares += weight * code * code;
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean changed = false;
            for (int i = 0; i < count; i++) {
                float value = values[from + i];
                int code = codes[codesFrom + i];
                float weight = value * value;
                float products = sumProducts - weight * value * code;
                if (products > 0) {
                    float squares = sumSquares - weight * code * code;
                    int other = Rounding.clamp(Rounding.nearest(value * squares / products), -levels, levels - 1);
                    if (other != code) {
                        products += weight * value * other;
                        squares += weight * other * other;
                        if (squares > 0 && products * products * sumSquares > sumProducts * sumProducts * squares) {
                            codes[codesFrom + i] = other;
                            sumProducts = products;
                            sumSquares = squares;
                            changed = true;
                        }
                    }
                }
            }
            if (!changed) {
                break;
            }
        }
        for (int i = codesFrom; i < codesFrom + count; i++) {
            codes[i] += levels;
        }
        return sumSquares > 0 ? sumProducts / sumSquares : 0;
    }

    /** What {@link #withMinimum} found: {@code value = scale * code - minimum}, the minimum not negative. */
    record Fit(float scale, float minimum) {}

    /**
     * A scale and a minimum for codes {@code 0 .. levels} ({@code make_qkx2_quants}).
     *
     * @param importance of each weight
     * @param first steps more than {@code levels} into which the range is divided first; each candidate has 0.1 more
     * @param absolute errors count by their magnitude instead of their square
     */
    static Fit withMinimum(
            float[] values, int from, float[] importance, int levels, float first, int candidates, boolean absolute, int[] codes, int codesFrom) {
        int count = importance.length;
        float least = values[from];
        float most = values[from];
        float sumImportance = importance[0];
        float sumValues = sumImportance * values[from];
        for (int i = 1; i < count; i++) {
            float value = values[from + i];
            least = value < least ? value : least;
            most = value > most ? value : most;
            sumImportance += importance[i];
            sumValues += importance[i] * value;
        }
        least = least > 0 ? 0 : least;
        if (most == least) {
            Arrays.fill(codes, codesFrom, codesFrom + count, 0);
            return new Fit(0, -least);
        }
        float inverse = levels / (most - least);
        float scale = 1 / inverse;
        float minimum = least;
        var tried = new int[count];
        for (int i = 0; i < count; i++) {
            codes[codesFrom + i] = Rounding.clamp(Rounding.nearest(inverse * (values[from + i] - least)), 0, levels);
        }
        float bestError = error(values, from, importance, codes, codesFrom, scale, minimum, absolute);
        for (int candidate = 0; candidate <= candidates; candidate++) {
            inverse = (first + 0.1f * candidate + levels) / (most - minimum);
            float sumCodes = 0;
            float sumSquares = 0;
            float sumProducts = 0;
            for (int i = 0; i < count; i++) {
                float value = values[from + i];
                int code = Rounding.clamp(Rounding.nearest(inverse * (value - minimum)), 0, levels);
                tried[i] = code;
                float weight = importance[i];
                sumCodes += weight * code;
                sumSquares += weight * code * code;
                sumProducts += weight * code * value;
            }
            float determinant = sumImportance * sumSquares - sumCodes * sumCodes;
            if (determinant > 0) {
                float triedScale = (sumImportance * sumProducts - sumValues * sumCodes) / determinant;
                float triedMinimum = (sumSquares * sumValues - sumCodes * sumProducts) / determinant;
                if (triedMinimum > 0) {
                    triedMinimum = 0;
                    triedScale = sumProducts / sumSquares;
                }
                float error = error(values, from, importance, tried, 0, triedScale, triedMinimum, absolute);
                if (error < bestError) {
                    System.arraycopy(tried, 0, codes, codesFrom, count);
                    bestError = error;
                    scale = triedScale;
                    minimum = triedMinimum;
                }
            }
        }
        return new Fit(scale, -minimum);
    }

    private static float error(
            float[] values, int from, float[] importance, int[] codes, int codesFrom, float scale, float minimum, boolean absolute) {
        float sum = 0;
        for (int i = 0; i < importance.length; i++) {
            float difference = scale * codes[codesFrom + i] + minimum - values[from + i];
            sum += importance[i] * (absolute ? Math.abs(difference) : difference * difference);
        }
        return sum;
    }
}
