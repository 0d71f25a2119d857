package org.bitrank.service.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.tasks.DataSource;
import org.bitrank.engine.tasks.OutputType;
import org.bitrank.engine.tasks.Task;
import org.bitrank.engine.tasks.TaskRegistry;
import org.bitrank.engine.tasks.TaskSelection;
import org.bitrank.kernels.BitRankException;
import org.bitrank.service.catalog.TaskChoice;

/**
 * Tasks as the engine wants them: windows of a perplexity carry their own limit, all other tasks share one.
 *
 * @param limit null for all documents
 */
public record TaskList(List<String> names, Integer limit) {
    /** Throws {@link BitRankException} of class BAD_INPUT for a task that is not there or limits that differ. */
    public static TaskList of(List<TaskChoice> choices) {
        TaskRegistry registry = TaskRegistry.installed();
        var names = new ArrayList<String>();
        Integer limit = null;
        boolean unlimited = false;
        for (TaskChoice choice : choices) {
            TaskSelection selection = registry.select(List.of(choice.task()));
            boolean windows = selection.groups().isEmpty()
                    && selection.tasks().size() == 1
                    && selection.tasks().getFirst().outputType() == OutputType.TOKEN_WINDOWS;
            if (windows) {
                names.add(choice.limit() == null ? choice.task() : choice.task() + ":limit=" + choice.limit());
                continue;
            }
            names.add(choice.task());
            if (choice.limit() == null) {
                unlimited = true;
            } else if (limit == null || limit.equals(choice.limit())) {
                limit = choice.limit();
            } else {
                throw differ();
            }
            if (unlimited && limit != null) {
                throw differ();
            }
        }
        return new TaskList(List.copyOf(names), limit);
    }

    /** Tasks in all, those of groups each by itself. */
    public int size() {
        return TaskRegistry.installed().select(names).tasks().size();
    }

    /** Throws {@link BitRankException} of class DATA_MISSING unless every task can be read on this machine. */
    public void requireData(Path folder) {
        DataSource source = DataSource.of(folder);
        for (Task task : TaskRegistry.installed().select(names).tasks()) {
            if (!source.has(task)) {
                throw BitRankException.dataMissing("the data of %s (%s) are not on this machine: put them where --data or BITRANK_DATA points, or into the hub cache"
                        .formatted(task.name(), task.dataset()));
            }
        }
    }

    private static BitRankException differ() {
        return BitRankException.badInput("all tasks must have the same limit, or none; only perplexities over windows may differ");
    }
}
