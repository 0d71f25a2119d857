package org.bitrank.engine.statistics;

import org.hipparchus.distribution.continuous.FDistribution;

/** Upper tails without the loss of digits of one minus a number near one. */
final class Tails {
    private Tails() {}

    /** The chance of an F above {@code f}: the inverse of an F is an F with its degrees of freedom swapped. */
    static double f(double f, int above, int below) {
        if (f <= 0) {
            return 1;
        }
        return Double.isInfinite(f) ? 0 : new FDistribution(below, above).cumulativeProbability(1 / f);
    }
}
