package org.bitrank.engine.statistics;

import org.hipparchus.distribution.continuous.TDistribution;

/**
 * How much two models differ on the same items. What both find easy or hard cancels out, so the interval is far narrower than
 * that of two separate means.
 *
 * @param difference value − base, per item or per unit of weight
 * @param standardError of the difference; NaN for a single item
 * @param low lower end of the 95 % interval (Student's t, items − 1 degrees of freedom); NaN for a single item
 * @param high upper end
 */
public record PairedDifference(double difference, double standardError, double low, double high) {
    private static final double CONFIDENCE = 0.95;

    /** The mean of the items' differences. */
    public static PairedDifference of(double[] base, double[] value) {
        var ones = new double[base.length];
        java.util.Arrays.fill(ones, 1);
        return ofRatios(base, value, ones);
    }

    /**
     * Σ(value − base) ⁄ Σ weight, the difference of two weighted perplexities' exponents. Its error is the usual one of a
     * ratio: from the residuals of the items' differences about ratio × weight. With equal weights it is {@link #of}.
     */
    public static PairedDifference ofRatios(double[] base, double[] value, double[] weights) {
        int items = base.length;
        if (items == 0 || value.length != items || weights.length != items) {
            throw new IllegalArgumentException("%d, %d and %d items".formatted(items, value.length, weights.length));
        }
        double differences = 0;
        double weight = 0;
        for (int i = 0; i < items; i++) {
            differences += value[i] - base[i];
            weight += weights[i];
        }
        double ratio = differences / weight;
        if (items == 1) {
            return new PairedDifference(ratio, Double.NaN, Double.NaN, Double.NaN);
        }
        double squares = 0;
        for (int i = 0; i < items; i++) {
            double residual = value[i] - base[i] - ratio * weights[i];
            squares += residual * residual;
        }
        double error = Math.sqrt(squares * items / (items - 1)) / weight;
        double quantile = new TDistribution(items - 1).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
        return new PairedDifference(ratio, error, ratio - quantile * error, ratio + quantile * error);
    }
}
