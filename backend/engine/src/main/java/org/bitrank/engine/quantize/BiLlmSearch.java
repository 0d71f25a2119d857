package org.bitrank.engine.quantize;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * BiLLM's two searches over one block of columns, all rows together: how many columns are salient, and where the other weights
 * are split into small and large ones. Both try every candidate and keep the one whose binarization errs least.
 */
final class BiLlmSearch {
    private static final int SPLITS = 81;
    private static final double FIRST_SPLIT = 0.1;
    private static final double LAST_SPLIT = 0.9;

    private final float[] values;
    private final float[] salience;
    private final int rows;
    private final int width;

    /**
     * @param values {@code [rows, width]}, what candidates are tried on
     * @param salience {@code [rows, width]}, by whose sums columns are ranked
     */
    BiLlmSearch(float[] values, float[] salience, int rows, int width) {
        this.values = values;
        this.salience = salience;
        this.rows = rows;
        this.width = width;
    }

    /**
     * The first {@code k} columns by salience, for the {@code k} below {@code limit} with which binarizing them and the others
     * apart, both twice, errs least. (Binarizing the others once, as they will be, would always favour more columns.)
     */
    boolean[] salientColumns(int limit) {
        int[] ranked = rankedColumns();
        int most = Math.min(limit, width) - 1;
        var errors = new double[rows][];
        IntStream.range(0, rows).parallel().forEach(row -> errors[row] = errorsByCount(row, ranked, most));
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int count = 1; count <= most; count++) {
            double error = 0;
            for (int row = 0; row < rows; row++) {
                error += errors[row][count];
            }
            if (error < least) {
                least = error;
                best = count;
            }
        }
        var chosen = new boolean[width];
        for (int i = 0; i < best; i++) {
            chosen[ranked[i]] = true;
        }
        return chosen;
    }

    private int[] rankedColumns() {
        var sums = new double[width];
        for (int i = 0; i < salience.length; i++) {
            sums[i % width] += salience[i];
        }
        return IntStream.range(0, width)
                .boxed()
                .sorted((left, right) -> Double.compare(sums[right], sums[left]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private double[] errorsByCount(int row, int[] ranked, int most) {
        var line = new double[width];
        for (int i = 0; i < width; i++) {
            line[i] = values[row * width + ranked[i]];
        }
        var scratch = new double[width];
        var errors = new double[most + 1];
        for (int count = 1; count <= most; count++) {
            errors[count] = errorOfTwoPasses(line, 0, count, scratch) + errorOfTwoPasses(line, count, width, scratch);
        }
        return errors;
    }

    private static double errorOfTwoPasses(double[] line, int from, int to, double[] scratch) {
        if (from == to) {
            return 0;
        }
        System.arraycopy(line, from, scratch, from, to - from);
        binarizeAway(scratch, from, to);
        return error(scratch, from, to);
    }

    /** Takes the best binarization off the values. */
    private static void binarizeAway(double[] values, int from, int to) {
        double mean = sum(values, from, to) / (to - from);
        double spread = distance(values, from, to, mean) / (to - from);
        for (int i = from; i < to; i++) {
            double difference = values[i] - mean;
            values[i] = difference - Math.copySign(spread, difference);
        }
    }

    /** The sum of squares that binarization leaves: with {@code a} the mean of {@code |d|}, {@code sum (|d| - a)^2 = sum d^2 - n a^2}. */
    private static double error(double[] values, int from, int to) {
        if (from == to) {
            return 0;
        }
        double mean = sum(values, from, to) / (to - from);
        double distance = distance(values, from, to, mean);
        return squares(values, from, to, mean) - distance * distance / (to - from);
    }

    // Four sums each, because one addition would have to wait for the one before.

    private static double sum(double[] values, int from, int to) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = from;
        for (; i + 3 < to; i += 4) {
            a += values[i];
            b += values[i + 1];
            c += values[i + 2];
            d += values[i + 3];
        }
        for (; i < to; i++) {
            a += values[i];
        }
        return a + b + (c + d);
    }

    private static double distance(double[] values, int from, int to, double mean) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = from;
        for (; i + 3 < to; i += 4) {
            a += Math.abs(values[i] - mean);
            b += Math.abs(values[i + 1] - mean);
            c += Math.abs(values[i + 2] - mean);
            d += Math.abs(values[i + 3] - mean);
        }
        for (; i < to; i++) {
            a += Math.abs(values[i] - mean);
        }
        return a + b + (c + d);
    }

    private static double squares(double[] values, int from, int to, double mean) {
        double a = 0;
        double b = 0;
        int i = from;
        for (; i + 1 < to; i += 2) {
            a += (values[i] - mean) * (values[i] - mean);
            b += (values[i + 1] - mean) * (values[i + 1] - mean);
        }
        if (i < to) {
            a += (values[i] - mean) * (values[i] - mean);
        }
        return a + b;
    }

    /** Which weights outside the salient columns are large, {@code [rows, width]}. */
    boolean[] largeGroup(boolean[] salientColumns) {
        var large = new boolean[values.length];
        double[] splits = splits(salientColumns);
        if (splits.length == 0) {
            return large;
        }
        var errors = new double[rows][];
        IntStream.range(0, rows).parallel().forEach(row -> errors[row] = errorsBySplit(row, salientColumns, splits));
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int split = 0; split < splits.length; split++) {
            double error = 0;
            for (int row = 0; row < rows; row++) {
                error += errors[row][split];
            }
            if (error < least) {
                least = error;
                best = split;
            }
        }
        for (int i = 0; i < large.length; i++) {
            large[i] = !salientColumns[i % width] && Math.abs(values[i]) >= splits[best];
        }
        return large;
    }

    /** Quantiles of the magnitudes outside the salient columns, interpolated. */
    private double[] splits(boolean[] salientColumns) {
        var magnitudes = new float[values.length];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (!salientColumns[i % width]) {
                magnitudes[count++] = Math.abs(values[i]);
            }
        }
        float[] sorted = Arrays.copyOf(magnitudes, count);
        Arrays.parallelSort(sorted);
        var splits = new double[count == 0 ? 0 : SPLITS];
        for (int i = 0; i < splits.length; i++) {
            double place = (FIRST_SPLIT + (LAST_SPLIT - FIRST_SPLIT) * i / (SPLITS - 1)) * (count - 1);
            int below = (int) place;
            double next = sorted[Math.min(count - 1, below + 1)];
            splits[i] = sorted[below] + (place - below) * (next - sorted[below]);
        }
        return splits;
    }

    private double[] errorsBySplit(int row, boolean[] salientColumns, double[] splits) {
        var line = new double[width];
        int count = 0;
        for (int i = 0; i < width; i++) {
            if (!salientColumns[i]) {
                line[count++] = values[row * width + i];
            }
        }
        sortByMagnitude(line, count);
        var errors = new double[splits.length];
        int smalls = 0;
        double error = error(line, 0, count);
        // Splits ascend, and many of them leave a row as the one before did.
        for (int split = 0; split < splits.length; split++) {
            int before = smalls;
            while (smalls < count && Math.abs(line[smalls]) < splits[split]) {
                smalls++;
            }
            if (smalls != before) {
                error = error(line, 0, smalls) + error(line, smalls, count);
            }
            errors[split] = error;
        }
        return errors;
    }

    /** By insertion: rows of a block are short. */
    private static void sortByMagnitude(double[] values, int count) {
        for (int i = 1; i < count; i++) {
            double value = values[i];
            double magnitude = Math.abs(value);
            int to = i;
            for (; to > 0 && Math.abs(values[to - 1]) > magnitude; to--) {
                values[to] = values[to - 1];
            }
            values[to] = value;
        }
    }
}
