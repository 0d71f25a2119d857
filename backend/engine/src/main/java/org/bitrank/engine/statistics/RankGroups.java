package org.bitrank.engine.statistics;

import java.util.ArrayList;
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
        double largest = 0;
        for (double error : errors) {
            largest = Math.max(largest, Double.isNaN(error) ? 0 : error);
        }
        var best = new int[rows];
        var worst = new int[rows];
        for (int place = 0; place < rows; place++) {
            int row = order[place];
            best[row] = 1 + significantlyBefore(place, order, values, errors, largest);
            worst[row] = rows - significantlyAfter(place, order, values, errors, largest);
        }
        return ranges(best, worst);
    }

    private static int significantlyBefore(int place, Integer[] order, double[] values, double[] errors, double largest) {
        int count = 0;
        for (int other = place - 1; other >= 0; other--) {
            if (isBeyond(values[order[place]], values[order[other]], errors[order[place]], largest)) {
                return count + other + 1;
            }
            if (isBeyond(values[order[place]], values[order[other]], errors[order[place]], errors[order[other]])) {
                count++;
            }
        }
        return count;
    }

    private static int significantlyAfter(int place, Integer[] order, double[] values, double[] errors, double largest) {
        int count = 0;
        for (int other = place + 1; other < order.length; other++) {
            if (isBeyond(values[order[place]], values[order[other]], errors[order[place]], largest)) {
                return count + order.length - other;
            }
            if (isBeyond(values[order[place]], values[order[other]], errors[order[place]], errors[order[other]])) {
                count++;
            }
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

    private static List<RankRange> ranges(int[] best, int[] worst) {
        var ranges = new ArrayList<RankRange>(best.length);
        for (int row = 0; row < best.length; row++) {
            ranges.add(new RankRange(best[row], worst[row]));
        }
        return ranges;
    }
}
