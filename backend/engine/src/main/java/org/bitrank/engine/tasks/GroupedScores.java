package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Metrics that several documents have together. Once all documents are scored, each group of them gets one value, which stands at
 * its first document; the others have none. So means, errors and comparisons are over groups, which are independent, and not over
 * documents, which are not.
 */
final class GroupedScores {
    private GroupedScores() {}

    /** @param items in their order, those of one metric all with a group */
    static List<ItemScores> settled(TaskDefinition task, List<ItemScores> items) {
        List<ItemScores> settled = items;
        for (MetricDefinition metric : task.metrics()) {
            if (metric.aggregation().isOverGroups()) {
                for (FilterPipeline filter : task.filters()) {
                    settled = settled(metric, filter.name(), settled);
                }
            }
        }
        return settled;
    }

    private static List<ItemScores> settled(MetricDefinition metric, String filter, List<ItemScores> items) {
        var groups = new LinkedHashMap<String, List<Double>>();
        for (ItemScores item : items) {
            Score score = score(item, metric, filter);
            if (score != null) {
                groups.computeIfAbsent(score.group(), _ -> new ArrayList<>()).add(score.value());
            }
        }
        Map<String, Score> values = metric.aggregation().settled(groups);
        var told = new HashSet<String>();
        var settled = new ArrayList<ItemScores>(items.size());
        for (ItemScores item : items) {
            Score score = score(item, metric, filter);
            settled.add(score == null
                    ? item
                    : replaced(item, metric, filter, told.add(score.group()) ? values.get(score.group()) : null));
        }
        return settled;
    }

    private static Score score(ItemScores item, MetricDefinition metric, String filter) {
        for (ItemMetric one : item.metrics()) {
            if (one.metric().equals(metric.name()) && one.filter().equals(filter)) {
                return one.score();
            }
        }
        return null;
    }

    /** @param score null where another document tells it */
    private static ItemScores replaced(ItemScores item, MetricDefinition metric, String filter, Score score) {
        var metrics = new ArrayList<ItemMetric>();
        for (ItemMetric one : item.metrics()) {
            if (!one.metric().equals(metric.name()) || !one.filter().equals(filter)) {
                metrics.add(one);
            } else if (score != null) {
                metrics.add(new ItemMetric(metric.name(), filter, score));
            }
        }
        return new ItemScores(item.documentId(), metrics);
    }
}
