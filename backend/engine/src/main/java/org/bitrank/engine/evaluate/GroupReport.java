package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.tasks.Aggregation;
import org.bitrank.engine.tasks.ItemScores;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.engine.tasks.Score;
import org.bitrank.engine.tasks.Task;
import org.bitrank.engine.tasks.TaskGroup;

/**
 * The numbers of a group of tasks.
 *
 * @param metrics empty for a group that is no more than a list
 * @param baseMetrics the base's; empty without a base
 * @param comparisons against the base over the documents of all its tasks, for metrics in which every document counts the same
 */
public record GroupReport(
        TaskGroup group, List<MetricValue> metrics, List<MetricValue> baseMetrics, List<MetricComparison> comparisons) {
    /** @param baseScores the base's, by task; empty without a base */
    static List<GroupReport> of(List<TaskGroup> groups, List<TaskReport> tasks, Map<String, List<ItemScores>> baseScores) {
        var all = new All(new HashMap<>(), new HashMap<>(), new HashMap<>(), baseScores);
        for (TaskReport task : tasks) {
            List<ItemScores> scores = TaskRun.scores(task.items());
            all.tasks.put(task.name(), task);
            all.parts.put(task.name(), new TaskGroup.Part(task.metrics(), scores.size()));
            all.baseParts.put(task.name(), new TaskGroup.Part(task.baseMetrics(), scores.size()));
        }
        return groups.stream().map(all::report).toList();
    }

    private record All(
            Map<String, TaskReport> tasks,
            Map<String, TaskGroup.Part> parts,
            Map<String, TaskGroup.Part> baseParts,
            Map<String, List<ItemScores>> baseScores) {
        GroupReport report(TaskGroup group) {
            List<MetricValue> metrics = group.aggregate(parts);
            List<MetricValue> baseMetrics = group.aggregate(baseParts);
            var comparisons = new ArrayList<MetricComparison>();
            for (int i = 0; i < baseMetrics.size(); i++) {
                if (countsDocuments(group, metrics.get(i).metric())) {
                    comparisons.add(compare(group, metrics.get(i), baseMetrics.get(i)));
                }
            }
            return new GroupReport(group, metrics, baseMetrics, comparisons);
        }

        /** True where the group's number is the plain mean over the documents of its tasks. */
        private boolean countsDocuments(TaskGroup group, String metric) {
            return group.metrics().stream().anyMatch(own -> own.metric().equals(metric) && own.weightBySize())
                    && group.tasks().stream().map(name -> tasks.get(name).task().task())
                            .filter(task -> task.metrics().contains(metric))
                            .allMatch(task -> task.aggregation(metric) == Aggregation.MEAN);
        }

        private MetricComparison compare(TaskGroup group, MetricValue value, MetricValue base) {
            var scores = new ArrayList<Score>();
            var its = new ArrayList<Score>();
            for (String name : group.tasks()) {
                scores.addAll(Task.scores(TaskRun.scores(tasks.get(name).items()), value.metric(), value.filter()));
                its.addAll(Task.scores(baseScores.get(name), value.metric(), value.filter()));
            }
            return Comparisons.compare(Aggregation.MEAN, value, scores, base, its, null);
        }
    }
}
