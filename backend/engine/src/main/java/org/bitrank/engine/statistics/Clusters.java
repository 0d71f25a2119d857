package org.bitrank.engine.statistics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/**
 * Which items share a source (a passage, a question in several wordings) and so are not independent of each other.
 *
 * @param of each item's cluster, from 0
 * @param count clusters in all
 */
public record Clusters(int[] of, int count) {
    /** Items with equal keys belong together. */
    public static Clusters of(List<?> keys) {
        var numbers = new HashMap<Object, Integer>();
        var of = new int[keys.size()];
        for (int i = 0; i < of.length; i++) {
            of[i] = numbers.computeIfAbsent(keys.get(i), key -> numbers.size());
        }
        return new Clusters(of, numbers.size());
    }

    /** Every item by itself. */
    public static Clusters single(int items) {
        var of = new int[items];
        Arrays.setAll(of, i -> i);
        return new Clusters(of, items);
    }

    public int items() {
        return of.length;
    }

    /** The sums of each cluster's values. */
    double[] sums(double[] values) {
        var sums = new double[count];
        for (int i = 0; i < of.length; i++) {
            sums[of[i]] += values[i];
        }
        return sums;
    }

    /**
     * The standard error of a mean when what is left of it in one cluster goes together: the usual sandwich with the factor
     * clusters ⁄ (clusters − 1). With every item by itself it is the usual standard error. NaN for a single cluster.
     */
    public double errorOfMean(double[] values) {
        double mean = Estimate.mean(values);
        var residuals = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            residuals[i] = values[i] - mean;
        }
        return error(residuals, values.length);
    }

    /** From residuals that sum to zero, over what the sum was divided by. */
    double error(double[] residuals, double weight) {
        if (count < 2) {
            return Double.NaN;
        }
        double squares = 0;
        for (double sum : sums(residuals)) {
            squares += sum * sum;
        }
        return Math.sqrt(squares * count / (count - 1)) / weight;
    }
}
