package org.bitrank.engine.tasks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.kernels.BitRankException;

/**
 * What one YAML file describes, includes resolved.
 *
 * @param tasks the fields of each task: one, or those of its {@code task_list}
 * @param group the fields of a group, or null
 */
record TaskFile(Path path, List<Map<String, Object>> tasks, Map<String, Object> group) {
    private static final int DEEPEST_INCLUDE = 16;

    static TaskFile read(Path path) {
        Map<String, Object> fields = fields(path, 0);
        Object list = fields.remove("task_list");
        if (list != null) {
            return new TaskFile(path, listed(fields, list, path), null);
        }
        if (fields.get("group") != null && !(fields.get("task") instanceof String)) {
            return new TaskFile(path, List.of(), fields);
        }
        if (fields.get("class") != null) {
            throw BitRankException.unsupported(path + " is a task in Python code (class: …), which is not run here; write it as a task file");
        }
        return new TaskFile(path, fields.get("task") == null ? List.of() : List.of(fields), null);
    }

    /** Every entry takes the file's own fields and puts its own over them. */
    private static List<Map<String, Object>> listed(Map<String, Object> shared, Object list, Path path) {
        if (!(list instanceof List<?> entries)) {
            throw BitRankException.badInput(path + ": task_list must be a list of tasks, each with its name and what is special about it");
        }
        var tasks = new ArrayList<Map<String, Object>>();
        for (Object entry : entries) {
            if (!(entry instanceof Map<?, ?> own && own.get("task") instanceof String)) {
                throw BitRankException.badInput(path + ": every entry of task_list needs its name (task: …)");
            }
            var fields = new LinkedHashMap<>(shared);
            own.forEach((name, value) -> fields.put(String.valueOf(name), value));
            tasks.add(fields);
        }
        return tasks;
    }

    private static Map<String, Object> fields(Path file, int depth) {
        if (depth > DEEPEST_INCLUDE) {
            throw BitRankException.badInput(file + " includes itself, directly or through others");
        }
        Map<String, Object> own = YamlValues.parse(text(file), file.toString());
        Object include = own.remove("include");
        if (include == null) {
            return own;
        }
        var fields = new LinkedHashMap<String, Object>();
        for (Object name : include instanceof List<?> list ? list : List.of(include)) {
            fields.putAll(fields(file.resolveSibling(String.valueOf(name)), depth + 1));
            // A list of tasks is the included file's own.
            fields.remove("task_list");
        }
        fields.putAll(own);
        return fields;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            throw BitRankException.badInput(file + " is not UTF-8 text", e);
        } catch (NoSuchFileException e) {
            throw BitRankException.badInput("there is no task file " + file, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
