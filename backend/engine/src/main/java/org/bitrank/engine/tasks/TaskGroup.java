package org.bitrank.engine.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Tasks under one name, with the numbers that are formed over all of them.
 *
 * @param alias what tables call it
 * @param version {@code metadata.version}, or null
 * @param children names of the tasks and groups right below
 * @param tasks names of all tasks below, however deep
 * @param metrics what is formed over the tasks; empty for a mere list
 */
public record TaskGroup(
        String name, String alias, Object version, List<String> tags, List<String> children, List<String> tasks,
        List<GroupMetric> metrics, Optional<Path> file) {
    /** The tag of groups that are offered as a whole: the tasks of a study. */
    public static final String SUITE = "suite";

    /** One task's numbers and the number of documents behind them. */
    public record Part(List<MetricValue> values, int size) {}

    public TaskGroup {
        tags = List.copyOf(tags);
        children = List.copyOf(children);
        tasks = List.copyOf(tasks);
        metrics = List.copyOf(metrics);
    }

    /** The group's own numbers from those of its tasks, by name; tasks that lack a metric are left out of it. */
    public List<MetricValue> aggregate(Map<String, Part> parts) {
        var values = new ArrayList<MetricValue>();
        for (GroupMetric metric : metrics) {
            for (String filter : filters(metric, parts)) {
                var found = new ArrayList<MetricValue>();
                var sizes = new ArrayList<Integer>();
                for (String task : tasks) {
                    Part part = parts.get(task);
                    for (MetricValue value : part == null ? List.<MetricValue>of() : part.values()) {
                        if (value.metric().equals(metric.metric()) && value.filter().equals(filter)) {
                            found.add(value);
                            sizes.add(part.size());
                        }
                    }
                }
                if (!found.isEmpty()) {
                    values.add(metric.over(found, sizes, filter));
                }
            }
        }
        return values;
    }

    private SortedSet<String> filters(GroupMetric metric, Map<String, Part> parts) {
        if (metric.filters() != null) {
            return new TreeSet<>(metric.filters());
        }
        var filters = new TreeSet<String>();
        for (String task : tasks) {
            Part part = parts.get(task);
            for (MetricValue value : part == null ? List.<MetricValue>of() : part.values()) {
                if (value.metric().equals(metric.metric())) {
                    filters.add(value.filter());
                }
            }
        }
        return filters;
    }
}
