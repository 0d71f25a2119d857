package org.bitrank.service.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.bitrank.engine.Progress;
import org.bitrank.engine.hub.HubSettings;
import org.bitrank.engine.tasks.DataSource;
import org.bitrank.engine.tasks.OutputType;
import org.bitrank.engine.tasks.Task;
import org.bitrank.engine.tasks.TaskRegistry;
import org.bitrank.kernels.BitRankException;
import org.bitrank.service.catalog.TaskChoice;

/**
 * Tasks as the engine wants them.
 *
 * @param names with a limit of its own behind each that has one: {@code wikitext2_gptq:limit=16}
 * @param limit of documents of all tasks that carry none themselves; null for all documents
 */
public record TaskList(List<String> names, Integer limit) {
    /** Throws {@link BitRankException} of class BAD_INPUT for a task that is not there. */
    public static TaskList of(List<TaskChoice> choices) {
        TaskRegistry registry = TaskRegistry.installed();
        var windows = new HashSet<TaskChoice>();
        var limits = new HashSet<Integer>();
        for (TaskChoice choice : choices) {
            if (tasks(registry, choice).stream().allMatch(task -> task.outputType() == OutputType.TOKEN_WINDOWS)) {
                windows.add(choice);
            } else {
                limits.add(choice.limit());
            }
        }
        boolean shared = limits.size() == 1;
        var names = new ArrayList<String>();
        for (TaskChoice choice : choices) {
            if (choice.limit() == null || shared && !windows.contains(choice)) {
                names.add(choice.task());
            } else {
                List<Task> tasks = tasks(registry, choice);
                for (Task task : tasks) {
                    names.add((tasks.size() == 1 ? choice.task() : task.name()) + ":limit=" + choice.limit());
                }
            }
        }
        return new TaskList(List.copyOf(names), shared ? limits.iterator().next() : null);
    }

    /** One, or those of a group or tag. */
    private static List<Task> tasks(TaskRegistry registry, TaskChoice choice) {
        return registry.select(List.of(choice.task())).tasks();
    }

    /**
     * Throws {@link BitRankException} of class DATA_MISSING unless every task's data are on this machine, or could be.
     *
     * @param asking whether the hub is asked; otherwise it is taken to have what is not here
     */
    public void requireData(Path folder, boolean asking) {
        TaskRegistry registry = TaskRegistry.installed();
        HubSettings hub = HubSettings.usual().hasty();
        DataSource source = DataSource.of(folder, hub, Progress.SILENT);
        for (Task task : registry.select(names).tasks()) {
            if (asking || hub.offline()) {
                source.require(task);
            }
        }
    }

    /** Names of the tasks among them whose documents show pictures. */
    public List<String> showingPictures() {
        return TaskRegistry.installed().select(names).tasks().stream().filter(Task::showsPictures).map(Task::name).toList();
    }

    /** Fetches what is not on this machine yet. */
    void fetchData(Path folder, Progress progress) {
        TaskRegistry registry = TaskRegistry.installed();
        DataSource source = DataSource.of(folder, progress);
        registry.select(names).tasks().forEach(source::fetch);
    }
}
