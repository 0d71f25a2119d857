package org.bitrank.engine.statistics;

import org.hipparchus.distribution.discrete.BinomialDistribution;

/**
 * The exact test of two models on the same yes-or-no items: only items that one of them gets right and the other wrong count,
 * and under no difference each is a fair coin.
 *
 * @param onlyBase items that only the base gets right
 * @param onlyValue items that only the other gets right
 * @param p two-sided probability of so uneven a split, or a more uneven one
 */
public record McNemar(int onlyBase, int onlyValue, double p) {
    public static McNemar of(boolean[] base, boolean[] value) {
        if (base.length != value.length) {
            throw new IllegalArgumentException(base.length + " and " + value.length + " items");
        }
        int onlyBase = 0;
        int onlyValue = 0;
        for (int i = 0; i < base.length; i++) {
            if (base[i] && !value[i]) {
                onlyBase++;
            } else if (value[i] && !base[i]) {
                onlyValue++;
            }
        }
        int uneven = onlyBase + onlyValue;
        double p = uneven == 0
                ? 1
                : Math.min(1, 2 * new BinomialDistribution(uneven, 0.5).cumulativeProbability(Math.min(onlyBase, onlyValue)));
        return new McNemar(onlyBase, onlyValue, p);
    }
}
