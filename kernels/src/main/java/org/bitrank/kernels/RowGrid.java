package org.bitrank.kernels;

/**
 * How the numbers of a row are rounded where quantization of activations is simulated: to integers or to a table of levels,
 * times a scale.
 *
 * <p>Where no scales are given, every run of {@code group} numbers gets its own from its range: symmetric
 * {@code clip * max|x| / largest}, where the largest integer is {@code 2^(bits - 1) - 1}; asymmetric
 * {@code (hi - lo) / (2^bits - 1)} with {@code lo = clip * min(x, 0)}, {@code hi = clip * max(x, 0)} and zero point
 * {@code round(-lo / scale)}. Integers are rounded half to even.
 *
 * @param bits of one integer; with a table of levels it says nothing
 * @param symmetric zero is the middle; always with a table of levels
 * @param group neighbouring columns that share a scale, the last group of a row may be shorter; 0 is the whole row
 * @param clip share of the range that is kept, at most 1
 * @param outlier numbers of at least this magnitude stay as they are and don't widen the range; infinity where there are none
 * @param global where it is not 0, symmetric scales are stored as float8 E4M3 of {@code global * scale} (NVFP4)
 */
public record RowGrid(int bits, boolean symmetric, int group, float clip, float outlier, float global) {
    public RowGrid {
        if (bits < 2 || bits > 16 || group < 0 || !(clip > 0 && clip <= 1) || !(outlier > 0) || !(global >= 0)) {
            throw new IllegalArgumentException("no grid: %d bits, group %d, clip %s, outlier %s, global %s"
                    .formatted(bits, group, clip, outlier, global));
        }
    }

    /** Plain integers with a scale for every row. */
    public static RowGrid of(int bits, boolean symmetric) {
        return new RowGrid(bits, symmetric, 0, 1, Float.POSITIVE_INFINITY, 0);
    }

    /** The range of codes around 0. */
    public int highest() {
        return symmetric ? (1 << bits - 1) - 1 : (1 << bits) - 1;
    }

    public int lowest() {
        return symmetric ? -(1 << bits - 1) : 0;
    }

    /** Columns of a group in a row of {@code columns}. */
    public int groupIn(int columns) {
        return group == 0 ? columns : Math.min(group, columns);
    }
}
