package org.bitrank.engine.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * Ranks that do not claim more than the numbers do. A row's best place is one more than the rows that are significantly better
 * than it, its worst place leaves room for exactly those that are significantly worse. Each pair is tested at 5 %, two-sided,
 * without correction for the number of pairs: the ranges describe, they are not a joint confidence statement.
 */
public final class RankGroups {
    private static final double CRITICAL = new NormalDistribution().inverseCumulativeProbability(0.975);

    private RankGroups() {}

    /**
     * From estimates with standard errors, taken as independent of each other: rows differ when their distance is more than
     * 1.96 times the root of their summed squared errors. For differences to a common base this is on the safe side, as what
     * they share with the base makes the true error of their distance smaller.
     *
     * @param errors zero, or NaN where unknown: such a row is taken at its word
     */
    public static List<RankRange> of(double[] values, double[] errors, boolean higherIsBetter) {
        int rows = values.length;
        var order = new Integer[rows];
        for (int i = 0; i < rows; i++) {
            order[i] = i;
        }
        // NaN, a row without a value, goes last either way.
        Comparator<Integer> byValue = Comparator.comparingDouble(row -> {
            double value = values[row];
            return Double.isNaN(value) ? Double.POSITIVE_INFINITY : higherIsBetter ? -value : value;
        });
        Arrays.sort(order, byValue);
        var sorted = new double[rows];
        var known = new double[rows];
        int valued = 0;
        double largest = 0;
        for (int place = 0; place < rows; place++) {
            double error = errors[order[place]];
            sorted[place] = values[order[place]];
            known[place] = Double.isNaN(error) ? 0 : error;
            largest = Math.max(largest, known[place]);
            valued += Double.isNaN(sorted[place]) ? 0 : 1;
        }
        var ranges = new RankRange[rows];
        for (int place = 0; place < rows; place++) {
            ranges[order[place]] = place < valued
                    ? new RankRange(1 + before(place, sorted, known, largest), valued - after(place, valued, sorted, known, largest))
                    : new RankRange(1 + valued, rows);
        }
        return List.of(ranges);
    }

    /** Rows before this place that are significantly better. Those far away are counted without a look at their errors. */
    private static int before(int place, double[] sorted, double[] errors, double largest) {
        int near = 0;
        int end = place;
        while (near < end) {
            int middle = (near + end) >>> 1;
            if (isBeyond(sorted[place], sorted[middle], errors[place], largest)) {
                near = middle + 1;
            } else {
                end = middle;
            }
        }
        return near + beyond(place, near, place, sorted, errors);
    }

    /** Rows with a value after this place that are significantly worse. */
    private static int after(int place, int valued, double[] sorted, double[] errors, double largest) {
        int near = place + 1;
        int end = valued;
        while (near < end) {
            int middle = (near + end) >>> 1;
            if (isBeyond(sorted[place], sorted[middle], errors[place], largest)) {
                end = middle;
            } else {
                near = middle + 1;
            }
        }
        return valued - near + beyond(place, place + 1, near, sorted, errors);
    }

    /** Of the places from {@code from} to {@code to} those that are significantly apart; without a root, as there are many pairs. */
    private static int beyond(int place, int from, int to, double[] sorted, double[] errors) {
        double value = sorted[place];
        double square = errors[place] * errors[place];
        int count = 0;
        for (int other = from; other < to; other++) {
            double distance = value - sorted[other];
            count += distance * distance > CRITICAL * CRITICAL * (square + errors[other] * errors[other]) ? 1 : 0;
        }
        return count;
    }

    private static boolean isBeyond(double value, double other, double error, double otherError) {
        if (Double.isNaN(value) || Double.isNaN(other)) {
            return Double.isNaN(value) != Double.isNaN(other);
        }
        double one = Double.isNaN(error) ? 0 : error;
        double two = Double.isNaN(otherError) ? 0 : otherError;
        return Math.abs(value - other) > CRITICAL * Math.sqrt(one * one + two * two);
    }
}
