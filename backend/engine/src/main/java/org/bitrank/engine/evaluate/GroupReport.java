package org.bitrank.engine.evaluate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.engine.tasks.TaskGroup;

/**
 * The numbers of a group of tasks.
 *
 * @param metrics empty for a group that is no more than a list
 * @param baseMetrics the base's; empty without a base
 */
public record GroupReport(TaskGroup group, List<MetricValue> metrics, List<MetricValue> baseMetrics) {
    static List<GroupReport> of(List<TaskGroup> groups, List<TaskReport> tasks) {
        Map<String, TaskGroup.Part> parts = new HashMap<>();
        Map<String, TaskGroup.Part> baseParts = new HashMap<>();
        for (TaskReport task : tasks) {
            int size = TaskRun.scores(task.items()).size();
            parts.put(task.name(), new TaskGroup.Part(task.metrics(), size));
            baseParts.put(task.name(), new TaskGroup.Part(task.baseMetrics(), size));
        }
        return groups.stream()
                .map(group -> new GroupReport(group, group.aggregate(parts), group.aggregate(baseParts)))
                .toList();
    }
}
