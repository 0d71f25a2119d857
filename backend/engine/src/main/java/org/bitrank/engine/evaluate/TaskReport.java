package org.bitrank.engine.evaluate;

import java.util.List;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.engine.tasks.PreparedTask;

/**
 * One task's numbers, and all that they are made of.
 *
 * @param forward tokens that the model ran
 * @param metrics each metric under each filter
 * @param items one for each document (one in all for a text cut into windows)
 * @param baseMetrics the base's numbers on the same items; empty without a base
 * @param comparisons each metric against the base; empty without a base
 * @param statistics what the numbers are worth
 * @param tokens the distributions against the base's, or null without a base or where nothing is scored token by token
 */
public record TaskReport(
        PreparedTask task,
        Protocol protocol,
        ForwardTokens forward,
        List<MetricValue> metrics,
        List<ItemReport> items,
        List<MetricValue> baseMetrics,
        List<MetricComparison> comparisons,
        TaskStatistics statistics,
        TokenComparison tokens) {
    public String name() {
        return protocol.task();
    }
}
