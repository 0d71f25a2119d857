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
        System.arraycopy(line, from, scratch, from, to - from);
        binarizeAway(scratch, from, to);
        return binarizeAway(scratch, from, to);
    }

    /** Takes the best binarization off the values; returns the sum of squares that is left. */
    private static double binarizeAway(double[] values, int from, int to) {
        if (from == to) {
            return 0;
        }
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        double mean = sum / (to - from);
        double distance = 0;
        for (int i = from; i < to; i++) {
            values[i] -= mean;
            distance += Math.abs(values[i]);
        }
        double spread = distance / (to - from);
        double left = 0;
        for (int i = from; i < to; i++) {
            values[i] += values[i] < 0 ? spread : -spread;
            left += values[i] * values[i];
        }
        return left;
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
        var small = new double[count];
        var large = new double[count];
        var errors = new double[splits.length];
        for (int split = 0; split < splits.length; split++) {
            int smalls = 0;
            int larges = 0;
            for (int i = 0; i < count; i++) {
                if (Math.abs(line[i]) >= splits[split]) {
                    large[larges++] = line[i];
                } else {
                    small[smalls++] = line[i];
                }
            }
            errors[split] = binarizeAway(small, 0, smalls) + binarizeAway(large, 0, larges);
        }
        return errors;
    }
}
