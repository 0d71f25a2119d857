package org.bitrank.service.comparison;

import java.util.Arrays;
import org.bitrank.service.comparison.ItemScores.Column;
import org.bitrank.service.comparison.ItemScores.Name;

/**
 * How a metric's items add up: what is summed, what it is divided by, and in which unit a difference is.
 *
 * @param values turned so that differences add up: negative log-likelihoods for perplexities
 * @param weights one each where there are none
 */
record Figure(double[] values, double[] weights, String unit) {
    private static final double NATS_PER_BIT = Math.log(2);

    /** @param windows whether the items are windows of one text; null where the items' figures do not add up */
    static Figure of(Name name, Column column, boolean windows) {
        double[] values = column.values();
        if (windows) {
            return new Figure(values, ones(values.length), "nats/token");
        }
        return switch (name.metric()) {
            case "perplexity" -> new Figure(scaled(values, -1), ones(values.length), "nats/item");
            case "word_perplexity" -> weighted(column, -1, "nats/word");
            case "byte_perplexity" -> weighted(column, -1, "nats/byte");
            case "bits_per_byte" -> weighted(column, -1 / NATS_PER_BIT, "bits/byte");
            // Pairs that are not a value and its weight (a class and a guess) make no mean.
            default -> column.weights() != null ? null : new Figure(values, ones(values.length), unit(values));
        };
    }

    private static Figure weighted(Column column, double factor, String unit) {
        return column.weights() == null ? null : new Figure(scaled(column.values(), factor), column.weights(), unit);
    }

    private static String unit(double[] values) {
        for (double value : values) {
            if (value < 0 || value > 1) {
                return "value";
            }
        }
        return "share";
    }

    boolean plain() {
        return unit.equals("share") || unit.equals("value");
    }

    private static double[] ones(int count) {
        var ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static double[] scaled(double[] values, double factor) {
        var scaled = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = factor * values[i];
        }
        return scaled;
    }
}
