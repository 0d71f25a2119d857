package org.bitrank.engine.statistics;

import org.hipparchus.stat.descriptive.rank.Percentile;
import org.hipparchus.stat.descriptive.rank.Percentile.EstimationType;

/** Quantiles as NumPy and R give them by default: linear between neighbours (type 7). */
public final class Quantiles {
    private Quantiles() {}

    /** @param share from above 0 to 1; NaN of nothing */
    public static double of(double[] values, double share) {
        return values.length == 0 ? Double.NaN : new Percentile().withEstimationType(EstimationType.R_7).evaluate(values, 100 * share);
    }

    public static double median(double[] values) {
        return of(values, 0.5);
    }
}
