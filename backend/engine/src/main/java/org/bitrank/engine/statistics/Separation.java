package org.bitrank.engine.statistics;

import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.ranking.NaturalRanking;

/**
 * How well a figure tells two kinds apart: the chance that one of the first kind has the larger figure than one of the second,
 * equal ones counting half (the area under the receiver operating characteristic).
 *
 * @param area 0.5 tells nothing, 1 tells all
 * @param low lower end of the 95 % interval (DeLong's variance); NaN with a single one of a kind
 * @param high upper end
 */
public record Separation(double area, double low, double high) {
    private static final double CRITICAL = new NormalDistribution().inverseCumulativeProbability(0.975);

    public static Separation of(double[] first, double[] second) {
        if (first.length == 0 || second.length == 0) {
            throw new IllegalArgumentException("%d and %d figures".formatted(first.length, second.length));
        }
        var all = new double[first.length + second.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        double[] ranks = ranks(all);
        double[] ownRanks = ranks(first);
        double[] otherRanks = ranks(second);
        // What a rank among all has more than the rank among its own kind is how many of the other kind it is above.
        var above = new double[first.length];
        var below = new double[second.length];
        for (int i = 0; i < first.length; i++) {
            above[i] = (ranks[i] - ownRanks[i]) / second.length;
        }
        for (int i = 0; i < second.length; i++) {
            below[i] = 1 - (ranks[first.length + i] - otherRanks[i]) / first.length;
        }
        double area = Estimate.mean(above);
        if (first.length == 1 || second.length == 1) {
            return new Separation(area, Double.NaN, Double.NaN);
        }
        double error = Math.hypot(Estimate.standardError(above), Estimate.standardError(below));
        return new Separation(area, area - CRITICAL * error, area + CRITICAL * error);
    }

    /** Equal figures share the mean of their ranks; so do zeros of either sign, which Hipparchus would tell apart. */
    private static double[] ranks(double[] figures) {
        var unsigned = new double[figures.length];
        for (int i = 0; i < figures.length; i++) {
            unsigned[i] = figures[i] + 0.0;
        }
        return new NaturalRanking().rank(unsigned);
    }
}
