package org.bitrank.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.tasks.DataSource;
import org.bitrank.engine.tasks.GroupMetric;
import org.bitrank.engine.tasks.Item;
import org.bitrank.engine.tasks.PreparedTask;
import org.bitrank.engine.tasks.Request;
import org.bitrank.engine.tasks.Task;
import org.bitrank.engine.tasks.TaskGroup;
import org.bitrank.engine.tasks.TaskRegistry;
import org.bitrank.engine.tasks.TaskSelection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "tasks", description = "The tasks that models are evaluated on.")
final class TasksCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return list(null);
    }

    @Command(name = "list", description = "One line a task; a * marks those whose data are on this machine. Names of groups stand for all their tasks.")
    int list(@Option(names = "--data", paramLabel = "DIR", description = "Folder with data sets, before BITRANK_DATA.") Path data) {
        var source = DataSource.of(data);
        TaskRegistry registry = TaskRegistry.installed();
        List<TaskGroup> groups = registry.groups();
        out().println("Suites (the tasks of a study)");
        groups.stream().filter(TasksCommand::isSuite).forEach(suite -> out().printf("  %-24s %s%n  %-24s %s%n",
                suite.name(), suite.alias(), "", String.join(", ", suite.children())));
        out().printf("%nGroups%n");
        groups.stream().filter(group -> !isSuite(group)).forEach(group -> out().printf("  %-24s %d tasks%s%n", group.name(), group.tasks().size(),
                group.alias().equals(group.name()) ? "" : ", " + group.alias()));
        out().printf("%nTasks%n");
        Set<String> grouped = groups.stream().filter(group -> !isSuite(group)).flatMap(group -> group.tasks().stream()).collect(Collectors.toSet());
        List<Task> tasks = registry.all();
        tasks.stream().filter(task -> !grouped.contains(task.name())).forEach(task -> line(task, source));
        out().printf("%nTasks of groups%n");
        tasks.stream().filter(task -> grouped.contains(task.name())).forEach(task -> line(task, source));
        return 0;
    }

    private void line(Task task, DataSource source) {
        out().printf("%s %-42s %-22s %-34s %s%n", source.has(task) ? "*" : " ", task.name(), task.outputType(),
                shortened(String.join(", ", task.metrics()), 60), task.dataset());
    }

    private static boolean isSuite(TaskGroup group) {
        return group.tags().contains(TaskGroup.SUITE);
    }

    @Command(name = "show", description = "What a task's file says, includes resolved; with its data also the first item's requests.")
    int show(
            @Parameters(paramLabel = "NAME", description = "As in the list, or the path of a task file.") String name,
            @Option(names = "--data", paramLabel = "DIR", description = "Folder with data sets, before BITRANK_DATA.") Path data,
            @Option(names = "--num-fewshot", paramLabel = "K", description = "Examples in front of the question.") Integer shots) {
        TaskSelection selection = TaskRegistry.installed().select(List.of(name));
        var source = DataSource.of(data);
        if (selection.groups().isEmpty() && selection.tasks().size() == 1) {
            show(selection.tasks().getFirst(), source, shots);
            return 0;
        }
        selection.groups().forEach(this::show);
        out().println("Tasks");
        selection.tasks().forEach(task -> line(task, source));
        return 0;
    }

    private void show(TaskGroup group) {
        out().printf("%s%s%n  %s%n", group.name(), group.alias().equals(group.name()) ? "" : " (" + group.alias() + ")",
                String.join(", ", group.children()));
        for (GroupMetric metric : group.metrics()) {
            out().printf("  %s: mean over its tasks, every %s counts the same%n", metric.metric(), metric.weightBySize() ? "document" : "task");
        }
        out().println();
    }

    private void show(Task task, DataSource source, Integer shots) {
        out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(task.settings()));
        if (!source.has(task)) {
            out().println("\nIts data are not on this machine; give their folder with --data DIR to see an item.");
            return;
        }
        show(task.prepare(source, shots, 1));
    }

    private void show(PreparedTask prepared) {
        prepared.files().forEach(file -> out().printf("%n%s%n  sha256 %s%n", file.path(), file.sha256()));
        Item item = prepared.items().getFirst();
        out().printf("  %d documents, %d examples in front of each%n", prepared.originalDocuments(), prepared.shots());
        for (Request request : item.requests()) {
            out().println();
            switch (request) {
                case Request.LogLikelihood pair -> out().printf("context:%n%s%ncontinuation:%n%s%n%s", pair.context(), pair.continuation(), pictures(pair.images()));
                case Request.Rolling rolling -> out().printf("text:%n%s%n", shortened(rolling.text()));
                case Request.Generate prompt -> out().printf("prompt (until %s, at most %d tokens):%n%s%n%s",
                        prompt.settings().until(), prompt.settings().maxTokens(), prompt.context(), pictures(prompt.images()));
                case Request.Windows windows -> out().printf("text of %d characters in windows of %d tokens:%n%s%n",
                        windows.text().length(), windows.sequenceLength(), shortened(windows.text()));
            }
        }
        if (item.target() != null) {
            out().printf("%ntarget: %s%n", shortened(String.valueOf(item.target())));
        }
    }

    private static String pictures(List<ImageSource> images) {
        return images.stream().map(image -> "picture: %s (%s)%n".formatted(image.name(), image.sha256())).collect(Collectors.joining());
    }

    @Command(name = "validate", description = "Reads a task file, and its first item where the data are there; says what is wrong.")
    int validate(
            @Parameters(paramLabel = "FILE", description = "A task file (.yaml).") Path file,
            @Option(names = "--data", paramLabel = "DIR", description = "Folder with data sets, before BITRANK_DATA.") Path data) {
        TaskSelection selection = TaskRegistry.installed().select(List.of(file.toString()));
        var source = DataSource.of(data);
        for (Task task : selection.tasks()) {
            boolean tried = source.has(task);
            if (tried) {
                task.prepare(source, null, 1);
            }
            out().printf("%s is a valid task: %s, %s; %s%n", file, task.name(), task.outputType(),
                    tried ? "its first document gives requests" : "its data are not on this machine, so no document was tried");
        }
        selection.groups().forEach(group -> out().printf("%s is a valid group of %d tasks: %s%n", file, group.tasks().size(), group.name()));
        return 0;
    }

    private static String shortened(String text) {
        return shortened(text, 600);
    }

    private static String shortened(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + " …";
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
