package org.bitrank.engine.quantize;

import java.util.Arrays;

/** Number to code for grids of fixed levels: where it lies among the borders between neighbouring levels. */
final class LevelSearch {
    private final float[] borders;
    private final byte[] codes;

    /**
     * @param borders ascending; a number on a border belongs to the lower level
     * @param codes of the levels, from the lowest to the highest; one more than borders
     */
    LevelSearch(float[] borders, byte[] codes) {
        if (codes.length != borders.length + 1) {
            throw new IllegalArgumentException(borders.length + " borders between " + codes.length + " levels");
        }
        // Filled up to one less than a power of two, so that the search is a fixed number of steps without branches.
        int size = Integer.highestOneBit(borders.length) * 2;
        this.borders = Arrays.copyOf(borders, size - 1);
        Arrays.fill(this.borders, borders.length, size - 1, Float.POSITIVE_INFINITY);
        this.codes = codes;
    }

    /** Borders half-way between the levels of a grid, whatever the order of its codes; equal levels stay in that order. */
    static LevelSearch nearest(float[] levels) {
        Integer[] order = new Integer[levels.length];
        Arrays.setAll(order, code -> code);
        // Not by Float.compare, to which -0 is below 0.
        Arrays.sort(order, (a, b) -> levels[a] < levels[b] ? -1 : levels[a] > levels[b] ? 1 : 0);
        var borders = new float[levels.length - 1];
        var codes = new byte[levels.length];
        for (int rank = 0; rank < levels.length; rank++) {
            codes[rank] = order[rank].byteValue();
            if (rank > 0) {
                borders[rank - 1] = (levels[order[rank - 1]] + levels[order[rank]]) / 2;
            }
        }
        return new LevelSearch(borders, codes);
    }

    /** @param value finite */
    byte code(float value) {
        int rank = 0;
        for (int step = borders.length + 1 >> 1; step > 0; step >>= 1) {
            // The difference is negative, all ones after the shift, where the value is above the border.
            rank += step & Float.floatToRawIntBits(borders[rank + step - 1] - value) >> 31;
        }
        return codes[rank];
    }

    /** Codes of {@code weights[from .. to - 1] * factor}. */
    void codes(float[] weights, int from, int to, float factor, byte[] codes) {
        for (int i = from; i < to; i++) {
            codes[i] = code(weights[i] * factor);
        }
    }
}
