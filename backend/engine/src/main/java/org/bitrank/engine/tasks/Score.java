package org.bitrank.engine.tasks;

/**
 * One metric of one item, before aggregation.
 *
 * @param weight what the value is divided by in the end (words, bytes), the truth where the value is a class, or NaN
 * @param group items that count together (the questions about one picture, the turns of one question), for metrics that are
 *     formed over them; see {@link GroupedScores}. Null elsewhere
 */
public record Score(double value, double weight, String group) {
    public Score(double value, double weight) {
        this(value, weight, null);
    }

    public static Score of(double value) {
        return new Score(value, Double.NaN);
    }

    static Score inGroup(double value, String group) {
        return new Score(value, Double.NaN, group);
    }

    public boolean isWeighted() {
        return !Double.isNaN(weight);
    }
}
