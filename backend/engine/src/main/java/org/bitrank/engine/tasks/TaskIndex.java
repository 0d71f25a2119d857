package org.bitrank.engine.tasks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bitrank.kernels.BitRankException;

/** All that task files describe, by name: tasks, groups of tasks, and tags, which are no more than the tasks that bear them. */
final class TaskIndex {
    /** @param fields what the file says of it, includes resolved */
    record Entry(Map<String, Object> fields, Path file) {}

    private final Map<String, Entry> tasks = new TreeMap<>();
    private final Map<String, Entry> groups = new TreeMap<>();
    private final Map<String, SortedSet<String>> tags = new TreeMap<>();

    static TaskIndex of(List<Path> folders) {
        var index = new TaskIndex();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.getFileName().toString().endsWith(".yaml")).sorted().forEach(file -> index.add(TaskFile.read(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return index;
    }

    /** This index and a file of somebody's own, whose names may not be taken yet. */
    TaskIndex with(TaskFile file) {
        var index = new TaskIndex();
        index.tasks.putAll(tasks);
        index.groups.putAll(groups);
        tags.forEach((tag, names) -> index.tags.put(tag, new TreeSet<>(names)));
        // A copy of an installed task under its own name takes its place.
        file.tasks().forEach(task -> index.tasks.remove(String.valueOf(task.get("task"))));
        if (file.group() != null) {
            index.groups.remove(String.valueOf(file.group().get("group")));
        }
        index.add(file);
        return index;
    }

    private void add(TaskFile file) {
        for (Map<String, Object> fields : file.tasks()) {
            String name = String.valueOf(fields.get("task"));
            checkFree(tasks.put(name, new Entry(fields, file.path())), name, file.path());
            for (String tag : tags(fields)) {
                tags.computeIfAbsent(tag, _ -> new TreeSet<>()).add(name);
            }
        }
        if (file.group() != null) {
            String name = String.valueOf(file.group().get("group"));
            checkFree(groups.put(name, new Entry(file.group(), file.path())), name, file.path());
        }
    }

    private static void checkFree(Entry other, String name, Path file) {
        if (other != null) {
            throw BitRankException.badInput("%s and %s both describe '%s'; rename one".formatted(other.file, file, name));
        }
    }

    static List<String> tags(Map<String, Object> fields) {
        return switch (fields.get("tag")) {
            case null -> List.of();
            case List<?> list -> list.stream().map(String::valueOf).toList();
            case Object one -> List.of(String.valueOf(one));
        };
    }

    Entry task(String name) {
        return tasks.get(name);
    }

    Entry group(String name) {
        return groups.get(name);
    }

    /** The tasks that bear a tag, in alphabetical order; null where there is no such tag. */
    SortedSet<String> tagged(String tag) {
        return tags.get(tag);
    }

    Map<String, Entry> tasks() {
        return tasks;
    }

    Map<String, Entry> groups() {
        return groups;
    }

    /** Every name that tasks can be asked for with. */
    SortedSet<String> names() {
        var names = new TreeSet<>(tasks.keySet());
        names.addAll(groups.keySet());
        names.addAll(tags.keySet());
        return names;
    }

    /** A copy of {@code fields} with others over them. */
    static Map<String, Object> merged(Map<String, Object> fields, Map<String, Object> overrides) {
        var merged = new LinkedHashMap<>(fields);
        merged.putAll(overrides);
        return merged;
    }
}
