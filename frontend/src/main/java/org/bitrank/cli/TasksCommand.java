package org.bitrank.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.bitrank.engine.tasks.DataSource;
import org.bitrank.engine.tasks.Item;
import org.bitrank.engine.tasks.PreparedTask;
import org.bitrank.engine.tasks.Request;
import org.bitrank.engine.tasks.Task;
import org.bitrank.engine.tasks.TaskRegistry;
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

    @Command(name = "list", description = "One line a task; a * marks those whose data are on this machine.")
    int list(@Option(names = "--data", paramLabel = "DIR", description = "Folder with data sets, before BITRANK_DATA.") Path data) {
        var source = DataSource.of(data);
        for (Task task : TaskRegistry.installed().all()) {
            out().printf("%s %-20s %-22s %-34s %s%n", source.has(task) ? "*" : " ", task.name(), task.outputType(),
                    String.join(", ", task.metrics()), task.dataset());
        }
        return 0;
    }

    @Command(name = "show", description = "What a task's file says, includes resolved; with its data also the first item's requests.")
    int show(
            @Parameters(paramLabel = "NAME", description = "As in the list, or the path of a task file.") String name,
            @Option(names = "--data", paramLabel = "DIR", description = "Folder with data sets, before BITRANK_DATA.") Path data,
            @Option(names = "--num-fewshot", paramLabel = "K", description = "Examples in front of the question.") Integer shots) {
        Task task = TaskRegistry.installed().load(name);
        out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(task.settings()));
        var source = DataSource.of(data);
        if (!source.has(task)) {
            out().println("\nIts data are not on this machine; give their folder with --data DIR to see an item.");
            return 0;
        }
        show(task.prepare(source, shots, 1));
        return 0;
    }

    private void show(PreparedTask prepared) {
        prepared.files().forEach(file -> out().printf("%n%s%n  sha256 %s%n", file.path(), file.sha256()));
        Item item = prepared.items().getFirst();
        out().printf("  %d documents, %d examples in front of each%n", prepared.originalDocuments(), prepared.shots());
        for (Request request : item.requests()) {
            out().println();
            switch (request) {
                case Request.LogLikelihood pair -> out().printf("context:%n%s%ncontinuation:%n%s%n", pair.context(), pair.continuation());
                case Request.Rolling rolling -> out().printf("text:%n%s%n", shortened(rolling.text()));
                case Request.Generate prompt -> out().printf("prompt (until %s, at most %d tokens):%n%s%n",
                        prompt.settings().until(), prompt.settings().maxTokens(), prompt.context());
                case Request.Windows windows -> out().printf("text of %d characters in windows of %d tokens:%n%s%n",
                        windows.text().length(), windows.sequenceLength(), shortened(windows.text()));
            }
        }
        if (item.target() != null) {
            out().printf("%ntarget: %s%n", shortened(String.valueOf(item.target())));
        }
    }

    @Command(name = "validate", description = "Reads a task file, and its first item where the data are there; says what is wrong.")
    int validate(
            @Parameters(paramLabel = "FILE", description = "A task file (.yaml).") Path file,
            @Option(names = "--data", paramLabel = "DIR", description = "Folder with data sets, before BITRANK_DATA.") Path data) {
        Task task = TaskRegistry.installed().load(file.toString());
        var source = DataSource.of(data);
        boolean tried = source.has(task);
        if (tried) {
            task.prepare(source, null, 1);
        }
        out().printf("%s is a valid task: %s, %s; %s%n", file, task.name(), task.outputType(),
                tried ? "its first document gives requests" : "its data are not on this machine, so no document was tried");
        return 0;
    }

    private static String shortened(String text) {
        return text.length() <= 600 ? text : text.substring(0, 600) + " …";
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
