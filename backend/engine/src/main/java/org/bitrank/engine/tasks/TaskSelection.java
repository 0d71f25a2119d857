package org.bitrank.engine.tasks;

import java.util.List;

/**
 * What a list of names comes to.
 *
 * @param tasks each once, in the order asked for
 * @param groups every group that was named or lies within one, inner before outer
 */
public record TaskSelection(List<Task> tasks, List<TaskGroup> groups) {
    public TaskSelection {
        tasks = List.copyOf(tasks);
        groups = List.copyOf(groups);
    }
}
