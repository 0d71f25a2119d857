package org.bitrank.service.catalog;

/**
 * A task to measure.
 *
 * @param task a name that the task registry knows, of a task or of a group of tasks, or {@code text:FILE}
 * @param limit the first so many documents (windows of a perplexity); null for all
 */
public record TaskChoice(String task, Integer limit) {
    @Override
    public String toString() {
        return limit == null ? task : task + " (first " + limit + ")";
    }
}
