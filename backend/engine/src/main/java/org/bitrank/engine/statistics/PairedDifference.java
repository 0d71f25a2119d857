package org.bitrank.engine.statistics;

import java.util.Arrays;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * How much two models differ on the same items. What both find easy or hard cancels out, so the interval is far narrower than
 * that of two separate means.
 *
 * @param difference value − base, per item or per unit of weight
 * @param standardError of the difference; NaN for a single item
 * @param low lower end of the 95 % interval (Student's t, items − 1 or clusters − 1 degrees of freedom); NaN for a single item
 * @param high upper end
 * @param pValue of no difference, two-sided, from the same t; NaN for a single item, 1 where no item differs
 * @param freedom degrees of freedom
 */
public record PairedDifference(
        double difference, double standardError, double low, double high, double pValue, int freedom) {
    private static final double CONFIDENCE = 0.95;

    /** The mean of the items' differences. */
    public static PairedDifference of(double[] base, double[] value) {
        return of(base, value, Clusters.single(base.length));
    }

    /** The same where items that share a source are not independent. */
    public static PairedDifference of(double[] base, double[] value, Clusters clusters) {
        var ones = new double[base.length];
        Arrays.fill(ones, 1);
        return ofRatios(base, value, ones, clusters);
    }

    /**
     * Σ(value − base) ⁄ Σ weight, the difference of two weighted perplexities' exponents. Its error is the usual one of a
     * ratio: from the residuals of the items' differences about ratio × weight. With equal weights it is {@link #of}.
     */
    public static PairedDifference ofRatios(double[] base, double[] value, double[] weights) {
        return ofRatios(base, value, weights, Clusters.single(base.length));
    }

    /** The same where items that share a source are not independent. */
    public static PairedDifference ofRatios(double[] base, double[] value, double[] weights, Clusters clusters) {
        int items = base.length;
        if (items == 0 || value.length != items || weights.length != items || clusters.items() != items) {
            throw new IllegalArgumentException("%d, %d, %d and %d items".formatted(items, value.length, weights.length, clusters.items()));
        }
        double differences = 0;
        double weight = 0;
        for (int i = 0; i < items; i++) {
            differences += value[i] - base[i];
            weight += weights[i];
        }
        double ratio = differences / weight;
        if (clusters.count() == 1) {
            return new PairedDifference(ratio, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
        }
        var residuals = new double[items];
        for (int i = 0; i < items; i++) {
            residuals[i] = value[i] - base[i] - ratio * weights[i];
        }
        double error = clusters.error(residuals, weight);
        var student = new TDistribution(clusters.count() - 1);
        double quantile = student.inverseCumulativeProbability((1 + CONFIDENCE) / 2);
        return new PairedDifference(ratio, error, ratio - quantile * error, ratio + quantile * error,
                pValue(ratio, error, student), clusters.count() - 1);
    }

    private static double pValue(double difference, double error, TDistribution student) {
        if (error == 0) {
            return difference == 0 ? 1 : 0;
        }
        return 2 * student.cumulativeProbability(-Math.abs(difference / error));
    }

    /** The smallest true difference that this comparison would probably have found. */
    public double detectable() {
        return DetectableDifference.of(standardError, freedom);
    }
}
