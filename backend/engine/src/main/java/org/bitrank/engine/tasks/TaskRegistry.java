package org.bitrank.engine.tasks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bitrank.engine.NearNames;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.kernels.BitRankException;

/**
 * Finds tasks by what people call them: a name from {@code datasets/tasks} or {@code datasets/reference/tasks}, a task file's
 * path, or {@code text:FILE}. Options follow after colons: {@code wikitext2_gptq:sequence_length=512}.
 */
public final class TaskRegistry {
    private static final String TEXT = "text:";
    private static final List<String> FOLDERS = List.of("datasets/tasks", "datasets/reference/tasks");
    private static final Map<String, String> OPTIONS = Map.of("sequence_length", "sequence_length", "limit", "window_limit");

    private final Map<String, Path> files;

    private TaskRegistry(Map<String, Path> files) {
        this.files = files;
    }

    /** The tasks that come with BitRank. */
    public static TaskRegistry installed() {
        Path root = ModelCatalog.installation().orElseThrow(() -> BitRankException.dataMissing(
                "no folder datasets/tasks was found from " + Path.of("").toAbsolutePath() + " upwards; start with the bitrank launcher"));
        return of(FOLDERS.stream().map(root::resolve).filter(Files::isDirectory).toList());
    }

    static TaskRegistry of(List<Path> folders) {
        var files = new TreeMap<String, Path>();
        for (Path folder : folders) {
            try (Stream<Path> list = Files.list(folder)) {
                for (Path file : list.filter(file -> file.getFileName().toString().endsWith(".yaml")).sorted().toList()) {
                    String name = TaskReader.name(file);
                    Path other = name == null ? null : files.put(name, file);
                    if (other != null) {
                        throw BitRankException.badInput("%s and %s both describe the task '%s'; rename one".formatted(other, file, name));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new TaskRegistry(files);
    }

    /** Names of all installed tasks, in alphabetical order. */
    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    /** Throws {@code BitRankException} of class BAD_INPUT where nothing has this name, with the names that are near. */
    public Task load(String reference) {
        var overrides = new LinkedHashMap<String, Object>();
        String name = withoutOptions(reference, overrides);
        if (name.startsWith(TEXT)) {
            return text(reference, Path.of(name.substring(TEXT.length())), overrides);
        }
        Path file = files.get(name);
        if (file != null) {
            return task(reference, TaskReader.read(file, overrides), overrides);
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            TaskDefinition definition = TaskReader.read(Path.of(name), overrides);
            return task(reference.replace(name, definition.name()), definition, overrides);
        }
        throw BitRankException.badInput("there is no task '%s'%s 'bitrank tasks list' names all; a task of your own is given as the path of its .yaml file"
                .formatted(name, NearNames.nearest(name, files.keySet()).map(near -> "; did you mean " + near + "?").orElse(";")));
    }

    private static Task task(String reference, TaskDefinition definition, Map<String, Object> overrides) {
        if (!overrides.isEmpty() && definition.outputType() != OutputType.TOKEN_WINDOWS) {
            throw BitRankException.badInput("the task '%s' has no option %s; only perplexity over windows has"
                    .formatted(definition.name(), overrides.keySet().iterator().next()));
        }
        return new Task(reference, definition);
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
        return new Task(reference, TaskReader.of(fields, reference));
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
        var tasks = new ArrayList<Task>();
        files.keySet().forEach(name -> tasks.add(load(name)));
        return tasks;
    }
}
