package org.bitrank.engine.statistics;

import org.hipparchus.stat.inference.AlternativeHypothesis;
import org.hipparchus.stat.inference.BinomialTest;

/**
 * McNemar's exact test of two models on items that are right or wrong: only the items on which they differ count, and if the
 * models were equally good, each of these would fall to either side like a coin.
 *
 * @param bothRight items that both have right
 * @param lost right under the base, wrong under the other
 * @param gained wrong under the base, right under the other
 * @param bothWrong items that both have wrong
 * @param pValue two-sided, from the binomial distribution; 1 where no item differs
 */
public record McNemar(int bothRight, int lost, int gained, int bothWrong, double pValue) {
    /** Whether every value says right (1) or wrong (0). */
    public static boolean fits(double[] values) {
        for (double value : values) {
            if (value != 0 && value != 1) {
                return false;
            }
        }
        return values.length > 0;
    }

    /** @param base 1 where right, 0 where wrong; @param value the same of the other model on the same items */
    public static McNemar of(double[] base, double[] value) {
        if (base.length != value.length || !fits(base) || !fits(value)) {
            throw new IllegalArgumentException("%d and %d items, each to be 0 or 1".formatted(base.length, value.length));
        }
        var counts = new int[2][2];
        for (int i = 0; i < base.length; i++) {
            counts[(int) base[i]][(int) value[i]]++;
        }
        int lost = counts[1][0];
        int gained = counts[0][1];
        return new McNemar(counts[1][1], lost, gained, counts[0][0], pValue(lost, gained));
    }

    private static double pValue(int lost, int gained) {
        if (lost == gained) {
            // Also where nothing differs, which the binomial test refuses.
            return 1;
        }
        return new BinomialTest().binomialTest(lost + gained, lost, 0.5, AlternativeHypothesis.TWO_SIDED);
    }
}
