package org.bitrank.engine.statistics;

/** Where a figure lies, with 95 % confidence. */
public record Interval(double low, double high) {
    static final Interval UNKNOWN = new Interval(Double.NaN, Double.NaN);

    public boolean contains(double value) {
        return low <= value && value <= high;
    }
}
