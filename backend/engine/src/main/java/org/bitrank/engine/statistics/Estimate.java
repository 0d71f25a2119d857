package org.bitrank.engine.statistics;

/** A mean and how sure it is. */
public final class Estimate {
    private Estimate() {}

    public static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** With n − 1 in the denominator. */
    public static double sampleDeviation(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (values.length - 1));
    }

    /** Of the mean; null for a single value, which tells nothing about it. */
    public static Double standardError(double[] values) {
        return values.length < 2 ? null : (Double) (sampleDeviation(values) / Math.sqrt(values.length));
    }
}
