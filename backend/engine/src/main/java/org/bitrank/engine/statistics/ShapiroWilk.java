package org.bitrank.engine.statistics;

import java.util.Arrays;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * Shapiro and Wilk's test of normality by Royston's approximation (Applied Statistics algorithm R94), for 3 to 5,000 values.
 * Hipparchus does not have it.
 *
 * @param statistic W, 1 for a perfect fit
 * @param pValue of values at least as far from normal
 */
record ShapiroWilk(double statistic, double pValue) {
    static final int FEWEST = 3;
    static final int MOST = 5000;

    private static final NormalDistribution NORMAL = new NormalDistribution();
    private static final double[] LAST_WEIGHT = {0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056};
    private static final double[] SECOND_LAST_WEIGHT = {0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633};
    private static final double[] FEW_MEAN = {0.544, -0.39978, 0.025054, -6.714e-4};
    private static final double[] FEW_DEVIATION = {1.3822, -0.77857, 0.062767, -0.0020322};
    private static final double[] FEW_SHIFT = {-2.273, 0.459};
    private static final double[] MANY_MEAN = {-1.5861, -0.31082, -0.083751, 0.0038915};
    private static final double[] MANY_DEVIATION = {-0.4803, -0.082676, 0.0030302};
    private static final int FEW = 11;

    static ShapiroWilk of(double[] values) {
        int count = values.length;
        if (count < FEWEST || count > MOST) {
            throw new IllegalArgumentException(count + " values");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] weights = weights(count);
        double linear = 0;
        for (int i = 0; i < weights.length; i++) {
            linear += weights[i] * (sorted[count - 1 - i] - sorted[i]);
        }
        double mean = Estimate.mean(sorted);
        double squares = 0;
        for (double value : sorted) {
            squares += (value - mean) * (value - mean);
        }
        double statistic = squares == 0 ? 1 : Math.min(1, linear * linear / squares);
        return new ShapiroWilk(statistic, pValue(statistic, count));
    }

    /** Of the distances between the largest and the smallest, the second largest and the second smallest, … */
    private static double[] weights(int count) {
        if (count == 3) {
            return new double[] {Math.sqrt(0.5)};
        }
        var weights = new double[count / 2];
        double squares = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = -NORMAL.inverseCumulativeProbability((i + 1 - 0.375) / (count + 0.25));
            squares += 2 * weights[i] * weights[i];
        }
        double length = Math.sqrt(squares);
        double root = 1 / Math.sqrt(count);
        double last = weights[0] / length + polynomial(LAST_WEIGHT, root);
        double left = squares - 2 * weights[0] * weights[0];
        double leftOfOne = 1 - 2 * last * last;
        int plain = 1;
        double secondLast = Double.NaN;
        if (count > 5) {
            secondLast = weights[1] / length + polynomial(SECOND_LAST_WEIGHT, root);
            left -= 2 * weights[1] * weights[1];
            leftOfOne -= 2 * secondLast * secondLast;
            plain = 2;
        }
        double factor = Math.sqrt(left / leftOfOne);
        for (int i = plain; i < weights.length; i++) {
            weights[i] /= factor;
        }
        weights[0] = last;
        if (plain == 2) {
            weights[1] = secondLast;
        }
        return weights;
    }

    private static double pValue(double statistic, int count) {
        if (count == 3) {
            return Math.max(0, 6 / Math.PI * (Math.asin(Math.sqrt(statistic)) - Math.asin(Math.sqrt(0.75))));
        }
        double distance = Math.log(1 - statistic);
        if (count <= FEW) {
            double shift = polynomial(FEW_SHIFT, count);
            return distance >= shift
                    ? 0
                    : upperTail(-Math.log(shift - distance), polynomial(FEW_MEAN, count), Math.exp(polynomial(FEW_DEVIATION, count)));
        }
        double logarithm = Math.log(count);
        return upperTail(distance, polynomial(MANY_MEAN, logarithm), Math.exp(polynomial(MANY_DEVIATION, logarithm)));
    }

    private static double upperTail(double value, double mean, double deviation) {
        return NORMAL.cumulativeProbability((mean - value) / deviation);
    }

    private static double polynomial(double[] coefficients, double x) {
        double value = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            value = value * x + coefficients[i];
        }
        return value;
    }
}
