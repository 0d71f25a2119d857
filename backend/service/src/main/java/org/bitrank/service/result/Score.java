package org.bitrank.service.result;

import java.util.List;

/**
 * One metric of one task on one row.
 *
 * @param value null where the source prints no number
 * @param printed the text as a publication prints it, else null
 * @param stderr standard error, or null
 * @param main whether this is the task's headline metric, which boards show
 * @param base the base's value on the same items; null without a comparison
 * @param difference value − base; for perplexities the difference in mean negative log-likelihood, nats a token
 * @param low lower end of the 95 % interval of the difference
 * @param high upper end
 * @param recovery value as a percentage of the base, or null where that means nothing
 * @param caveats ids of the caveats that concern this very number ({@code PublishedTables.caveat})
 */
public record Score(
        String task,
        String metric,
        String filter,
        Double value,
        String printed,
        Double stderr,
        boolean higherIsBetter,
        boolean main,
        Double base,
        Double difference,
        Double low,
        Double high,
        Double recovery,
        List<String> caveats) {
    /** {@code task.metric}: what a board's column and an address call it. */
    public String key() {
        return task + "." + metric;
    }

    public boolean perplexity() {
        return metric.contains("perplexity") || metric.endsWith("ppl");
    }

    /** A share of what could be had, such as an accuracy, kept as a part of 1: what can be averaged with others. */
    public boolean share() {
        return !perplexity() && higherIsBetter && value != null && value >= 0 && value <= 1 && (base == null || base <= 1);
    }

    /** Whether it is shown as percent, and its differences as points: all shares but those that a publication prints as parts of 1. */
    public boolean percent() {
        return share() && (printed == null || value == 0 || Double.parseDouble(printed) != value);
    }
}
