package org.bitrank.engine.statistics;

/**
 * How much of the base's result is left, in percent.
 *
 * @param percent 100 × value ⁄ base
 * @param low lower end of the 95 % interval, NaN where a single item tells nothing
 * @param high upper end
 */
public record Recovery(double percent, double low, double high) {
    /** Value as a percentage of the base; null for metrics where less is better and where the base has nothing. */
    public static Double percent(double base, double value, boolean higherIsBetter) {
        return higherIsBetter && base > 0 ? (Double) (100 * value / base) : null;
    }

    /**
     * Of the means over the same items. The interval is that of a ratio of two sums (the delta method), which keeps what both
     * models find easy or hard out of it. Null where {@link #percent} is.
     */
    public static Recovery of(double[] base, double[] value, boolean higherIsBetter, Clusters clusters) {
        if (percent(Estimate.mean(base), Estimate.mean(value), higherIsBetter) == null) {
            return null;
        }
        PairedDifference ratio = PairedDifference.ofRatios(new double[base.length], value, base, clusters);
        return new Recovery(100 * ratio.difference(), 100 * ratio.low(), 100 * ratio.high());
    }
}
