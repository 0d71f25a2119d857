package org.bitrank.engine.statistics;

import org.hipparchus.distribution.continuous.TDistribution;

/** How small a true difference a comparison would still have found. */
public final class DetectableDifference {
    private static final double LEVEL = 0.05;
    private static final double POWER = 0.8;

    private DetectableDifference() {}

    /**
     * The true difference that a two-sided test at 5 % finds four times in five: (t of 97.5 % + t of 80 %) × the difference's
     * standard error, with Student's t of {@code freedom} degrees. NaN without an error.
     */
    public static double of(double standardError, int freedom) {
        if (freedom < 1 || Double.isNaN(standardError)) {
            return Double.NaN;
        }
        var student = new TDistribution(freedom);
        return (student.inverseCumulativeProbability(1 - LEVEL / 2) + student.inverseCumulativeProbability(POWER)) * standardError;
    }
}
