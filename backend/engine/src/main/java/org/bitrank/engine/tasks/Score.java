package org.bitrank.engine.tasks;

/**
 * One metric of one item, before aggregation.
 *
 * @param weight what the value is divided by in the end (words, bytes), the truth where the value is a class, or NaN
 */
public record Score(double value, double weight) {
    public static Score of(double value) {
        return new Score(value, Double.NaN);
    }

    public boolean isWeighted() {
        return !Double.isNaN(weight);
    }
}
