package org.bitrank.engine.statistics;

/** How much of the base's result is left. */
public final class Recovery {
    private Recovery() {}

    /** The value as a percentage of the base; null for metrics where less is better and where the base has nothing. */
    public static Double percent(double base, double value, boolean higherIsBetter) {
        return higherIsBetter && base > 0 ? (Double) (100 * value / base) : null;
    }
}
