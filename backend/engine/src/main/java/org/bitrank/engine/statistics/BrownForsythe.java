package org.bitrank.engine.statistics;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.stat.inference.OneWayAnova;

/**
 * Brown and Forsythe's test of equal variances: Levene's, with distances from the groups' medians, so that it stands
 * values that are not normal.
 */
record BrownForsythe(double statistic, double pValue) {
    /** @param groups at least two, each of at least two values */
    static BrownForsythe of(List<double[]> groups) {
        int count = 0;
        var distances = new ArrayList<double[]>(groups.size());
        for (double[] group : groups) {
            double median = Quantiles.median(group);
            var own = new double[group.length];
            for (int i = 0; i < own.length; i++) {
                own[i] = Math.abs(group[i] - median);
            }
            distances.add(own);
            count += own.length;
        }
        double statistic = new OneWayAnova().anovaFValue(distances);
        if (Double.isNaN(statistic)) {
            // No distances at all: the groups' variances are equal, as they are zero.
            return new BrownForsythe(0, 1);
        }
        return new BrownForsythe(statistic, Tails.f(statistic, groups.size() - 1, count - groups.size()));
    }
}
