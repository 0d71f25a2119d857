package org.bitrank.engine.tasks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bitrank.engine.NearNames;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.kernels.BitRankException;

/**
 * Finds tasks by what people call them: a name of a task, a group or a tag from {@code datasets/tasks} or
 * {@code datasets/reference/tasks}, the path of a task file, or {@code text:FILE}. Options follow after colons:
 * {@code wikitext2_gptq:sequence_length=512}.
 */
public final class TaskRegistry {
    private static final String TEXT = "text:";
    private static final List<String> FOLDERS = List.of("datasets/tasks", "datasets/reference/tasks");
    private static final Map<String, String> OPTIONS = Map.of("sequence_length", "sequence_length", "limit", Task.OWN_LIMIT);

    /** What comes with BitRank does not change while it runs. */
    private static final Map<Path, TaskIndex> INSTALLED = new ConcurrentHashMap<>();

    private final TaskIndex index;

    private TaskRegistry(TaskIndex index) {
        this.index = index;
    }

    /** The tasks that come with BitRank. */
    public static TaskRegistry installed() {
        Path root = ModelCatalog.installation().orElseThrow(() -> BitRankException.dataMissing(
                "no folder datasets/tasks was found from " + Path.of("").toAbsolutePath() + " upwards; start with the bitrank launcher"));
        return new TaskRegistry(INSTALLED.computeIfAbsent(root,
                place -> TaskIndex.of(FOLDERS.stream().map(place::resolve).filter(Files::isDirectory).toList())));
    }

    /** Names of all installed tasks, in alphabetical order. */
    public List<String> names() {
        return List.copyOf(index.tasks().keySet());
    }

    /**
     * One task. Throws {@code BitRankException} of class BAD_INPUT where nothing has this name, with the names that are near, and
     * for a group of tasks.
     */
    public Task load(String reference) {
        var selector = new TaskSelector();
        add(reference, selector);
        TaskSelection selection = selector.selection();
        if (!selection.groups().isEmpty() || selection.tasks().size() != 1) {
            throw BitRankException.badInput("'%s' stands for %d tasks, where one is needed".formatted(reference, selection.tasks().size()));
        }
        return selection.tasks().getFirst();
    }

    /** All tasks that the names stand for: tasks, groups, tags, and files of tasks or groups. Each is there once. */
    public TaskSelection select(List<String> references) {
        var selector = new TaskSelector();
        references.forEach(reference -> add(reference, selector));
        return selector.selection();
    }

    private void add(String reference, TaskSelector selector) {
        var overrides = new LinkedHashMap<String, Object>();
        String name = withoutOptions(reference, overrides);
        if (name.startsWith(TEXT)) {
            selector.add(text(reference, Path.of(name.substring(TEXT.length())), overrides));
            return;
        }
        if (!overrides.isEmpty()) {
            selector.add(withOptions(reference, name, overrides));
            return;
        }
        if (!selector.add(name, index)) {
            TaskFile file = file(name);
            TaskIndex own = index.with(file);
            file.tasks().forEach(task -> selector.add(String.valueOf(task.get("task")), own));
            if (file.group() != null) {
                selector.add(String.valueOf(file.group().get("group")), own);
            }
        }
    }

    private TaskFile file(String name) {
        if (!name.endsWith(".yaml") && !name.endsWith(".yml")) {
            throw BitRankException.badInput("there is no task '%s'%s 'bitrank tasks list' names all; a task of your own is given as the path of its .yaml file"
                    .formatted(name, NearNames.nearest(name, index.names()).map(near -> "; did you mean " + near + "?").orElse(";")));
        }
        TaskFile file = TaskFile.read(Path.of(name));
        if (file.tasks().isEmpty() && file.group() == null) {
            throw BitRankException.badInput(name + " does not name its task; add a line 'task: …'");
        }
        return file;
    }

    private Task withOptions(String reference, String name, Map<String, Object> overrides) {
        TaskIndex.Entry entry = index.task(name);
        if (entry == null) {
            TaskFile file = file(name);
            if (file.tasks().size() != 1) {
                throw BitRankException.badInput("'" + reference + "': options can only be given to a single task");
            }
            entry = new TaskIndex.Entry(file.tasks().getFirst(), file.path());
        }
        Map<String, Object> fields = TaskIndex.merged(entry.fields(), overrides);
        TaskDefinition definition = TaskReader.of(fields, entry.file(), entry.file().toString());
        return task(reference.replace(name, definition.name()), definition, overrides);
    }

    private static Task task(String reference, TaskDefinition definition, Map<String, Object> overrides) {
        if (definition.outputType() == OutputType.TOKEN_WINDOWS) {
            return new Task(reference, definition);
        }
        for (String option : overrides.keySet()) {
            if (!option.equals(Task.OWN_LIMIT)) {
                throw BitRankException.badInput("the task '%s' has no option %s; only perplexity over windows has".formatted(definition.name(), option));
            }
        }
        // How many documents were taken is told by the protocol, as where one limit holds for all tasks.
        return new Task(overrides.isEmpty() ? reference : definition.name(), definition);
    }

    private static Task text(String reference, Path file, Map<String, Object> overrides) {
        if (!Files.isRegularFile(file)) {
            throw BitRankException.dataMissing("there is no text file " + file + " to score; check the path after 'text:'");
        }
        var fields = new LinkedHashMap<String, Object>();
        fields.put("task", TEXT + file);
        fields.put("dataset_path", DataSource.WHOLE_TEXT);
        fields.put("dataset_kwargs", Map.of("data_files", Map.of("test", file.toAbsolutePath().toString())));
        fields.put("test_split", "test");
        fields.put("output_type", OutputType.TOKEN_WINDOWS.toString());
        fields.put("doc_to_text", "text");
        fields.put("metadata", Map.of("version", 1L));
        fields.putAll(overrides);
        return new Task(reference, TaskReader.of(fields, null, reference));
    }

    private static String withoutOptions(String reference, Map<String, Object> overrides) {
        String rest = reference;
        while (true) {
            int colon = rest.lastIndexOf(':');
            int equals = rest.indexOf('=', colon + 1);
            if (colon <= 0 || equals < 0 || !OPTIONS.containsKey(rest.substring(colon + 1, equals))) {
                return rest;
            }
            String option = rest.substring(colon + 1, equals);
            try {
                overrides.put(OPTIONS.get(option), Long.valueOf(rest.substring(equals + 1)));
            } catch (NumberFormatException e) {
                throw BitRankException.badInput("'%s': %s must be a whole number".formatted(reference, option), e);
            }
            rest = rest.substring(0, colon);
        }
    }

    /** Every installed task, read and checked. */
    public List<Task> all() {
        return select(names()).tasks();
    }

    /** Every installed group, in alphabetical order. */
    public List<TaskGroup> groups() {
        var groups = new ArrayList<TaskGroup>();
        for (String name : index.groups().keySet()) {
            groups.addAll(select(List.of(name)).groups().stream().filter(group -> group.name().equals(name)).toList());
        }
        return groups;
    }

    /** The groups that stand for the tasks of a study. */
    public List<TaskGroup> suites() {
        return groups().stream().filter(group -> group.tags().contains(TaskGroup.SUITE)).toList();
    }
}
