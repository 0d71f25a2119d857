package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.bitrank.engine.NearNames;
import org.bitrank.kernels.BitRankException;

/** Unfolds groups and tags, with what a group says about its tasks put over what their files say. */
final class TaskSelector {
    private static final Set<String> GROUP_FIELDS =
            Set.of("group", "group_alias", "task", "aggregate_metric_list", "metadata", "tag", "include");

    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, TaskGroup> groups = new LinkedHashMap<>();

    TaskSelection selection() {
        return new TaskSelection(List.copyOf(tasks.values()), List.copyOf(groups.values()));
    }

    void add(Task task) {
        Task other = tasks.putIfAbsent(task.name(), task);
        if (other != null && !other.settings().equals(task.settings())) {
            throw BitRankException.badInput("the task " + task.name() + " is asked for twice, with different settings; evaluate one after the other");
        }
    }

    /** What is called {@code name}; false where nothing is. */
    boolean add(String name, TaskIndex index) {
        return !unfold(name, Map.of(), index).isEmpty();
    }

    /** The names that {@code name} stands for in its group: a task, a group, or the tasks of a tag. */
    private List<String> unfold(String name, Map<String, Object> overrides, TaskIndex index) {
        TaskIndex.Entry task = index.task(name);
        if (task != null) {
            add(task(name, TaskIndex.merged(task.fields(), overrides), task));
            return List.of(name);
        }
        TaskIndex.Entry group = index.group(name);
        if (group != null) {
            group(name, TaskIndex.merged(group.fields(), within(overrides)), group, index);
            return List.of(name);
        }
        SortedSet<String> tagged = index.tagged(name);
        if (tagged == null) {
            return List.of();
        }
        for (String one : tagged) {
            unfold(one, overrides, index);
        }
        return List.copyOf(tagged);
    }

    private static Task task(String name, Map<String, Object> fields, TaskIndex.Entry entry) {
        return new Task(name, TaskReader.of(TaskIndex.merged(fields, Map.of("task", name)), entry.file(), entry.file() + " (" + name + ")"));
    }

    private TaskGroup group(String name, Map<String, Object> fields, TaskIndex.Entry entry, TaskIndex index) {
        String where = entry.file() + " (group " + name + ")";
        if (!(fields.get("task") instanceof List<?> members) || members.isEmpty()) {
            throw BitRankException.badInput(where + ": a group needs its tasks as a list (task: [...])");
        }
        Map<String, Object> overrides = within(fields);
        var children = new ArrayList<String>();
        for (Object member : members) {
            children.addAll(member(member, name, overrides, entry, index, where));
        }
        var below = new ArrayList<String>();
        for (String child : children) {
            below.addAll(groups.containsKey(child) ? groups.get(child).tasks() : List.of(child));
        }
        Object version = fields.get("metadata") instanceof Map<?, ?> metadata ? metadata.get("version") : null;
        Object alias = fields.get("group_alias");
        var group = new TaskGroup(name, alias == null ? name : String.valueOf(alias), version, TaskIndex.tags(fields), children,
                below.stream().distinct().toList(), metrics(fields.get("aggregate_metric_list"), where), Optional.ofNullable(entry.file()));
        groups.put(name, group);
        return group;
    }

    private List<String> member(
            Object member, String group, Map<String, Object> overrides, TaskIndex.Entry entry, TaskIndex index, String where) {
        if (member instanceof String name) {
            return known(name, overrides, index, where);
        }
        if (!(member instanceof Map<?, ?> map)) {
            throw BitRankException.badInput(where + ": an entry of its list is neither a name nor a task with its own fields");
        }
        var own = new LinkedHashMap<String, Object>();
        map.forEach((field, value) -> own.put(String.valueOf(field), value));
        if (own.get("group") instanceof String name) {
            Map<String, Object> merged = TaskIndex.merged(overrides, own);
            if (index.group(name) != null) {
                merged.remove("group");
                return known(name, merged, index, where);
            }
            String inner = group + "::" + name;
            group(inner, merged, entry, index);
            return List.of(inner);
        }
        if (!(own.get("task") instanceof String name)) {
            throw BitRankException.badInput(where + ": an entry of its list names neither a task nor a group");
        }
        Map<String, Object> merged = TaskIndex.merged(overrides, own);
        merged.remove("task");
        if (index.names().contains(name)) {
            return known(name, merged, index, where);
        }
        if (merged.isEmpty()) {
            return known(name, merged, index, where);
        }
        String inner = group + "::" + name;
        add(task(inner, merged, entry));
        return List.of(inner);
    }

    private List<String> known(String name, Map<String, Object> overrides, TaskIndex index, String where) {
        List<String> names = unfold(name, overrides, index);
        if (names.isEmpty()) {
            throw BitRankException.badInput("%s: there is no task '%s'%s".formatted(
                    where, name, NearNames.nearest(name, index.names()).map(near -> "; did you mean " + near + "?").orElse("")));
        }
        return names;
    }

    /** What a group says about its tasks and not about itself. */
    private static Map<String, Object> within(Map<String, Object> fields) {
        var overrides = new LinkedHashMap<>(fields);
        overrides.keySet().removeAll(GROUP_FIELDS);
        return overrides;
    }

    private static List<GroupMetric> metrics(Object raw, String where) {
        if (raw == null) {
            return List.of();
        }
        var metrics = new ArrayList<GroupMetric>();
        for (Object entry : raw instanceof List<?> list ? list : List.of(raw)) {
            if (!(entry instanceof Map<?, ?> map && map.get("metric") instanceof String metric)) {
                throw BitRankException.badInput(where + ": every entry of aggregate_metric_list needs the metric's name (metric: acc)");
            }
            if (map.get("aggregation") != null && !map.get("aggregation").equals("mean")) {
                throw BitRankException.unsupported(where + ": the aggregation '" + map.get("aggregation") + "' of a group is not there; only mean is");
            }
            List<String> filters = switch (map.get("filter_list")) {
                case null -> null;
                case List<?> list -> list.stream().map(String::valueOf).toList();
                case Object one -> List.of(String.valueOf(one));
            };
            metrics.add(new GroupMetric(metric, filters, !Boolean.FALSE.equals(map.get("weight_by_size"))));
        }
        return metrics;
    }
}
