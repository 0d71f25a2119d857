package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.statistics.Clusters;
import org.bitrank.engine.tasks.Item;
import org.bitrank.engine.tasks.PreparedTask;
import org.bitrank.engine.tasks.Task;
import org.bitrank.kernels.BitRankException;

/**
 * Which documents of a task share a source: those with the same text in the column that {@code metadata.cluster} names, or in all
 * of several columns.
 */
final class Sources {
    /** Longer texts are told apart by their checksum. */
    private static final int LONGEST_KEY = 64;

    private static final int DIGITS = 16;

    private Sources() {}

    /** Null where documents stand by themselves. */
    static Clusters of(PreparedTask task) {
        if (columns(task.task()).isEmpty()) {
            return null;
        }
        var keys = new ArrayList<String>(task.items().size());
        task.items().forEach(item -> keys.add(key(task.task(), item)));
        return Clusters.of(keys);
    }

    /** The document's source, or null where documents stand by themselves. */
    static String key(Task task, Item item) {
        List<String> columns = columns(task);
        if (columns.isEmpty()) {
            return null;
        }
        var texts = new ArrayList<String>(columns.size());
        for (String column : columns) {
            Object value = item.document().get(column);
            if (value == null) {
                throw BitRankException.badInput("metadata.cluster of task %s names the column '%s', which document %d does not have; it has %s"
                        .formatted(task.name(), column, item.documentId(), String.join(", ", item.document().keySet())));
            }
            texts.add(String.valueOf(value));
        }
        String key = String.join(" / ", texts);
        return key.length() <= LONGEST_KEY ? key : new Fingerprint().add(key).hex().substring(0, DIGITS);
    }

    private static List<String> columns(Task task) {
        Object named = task.settings().get("metadata") instanceof Map<?, ?> metadata ? metadata.get("cluster") : null;
        return switch (named) {
            case null -> List.of();
            case List<?> several -> several.stream().map(String::valueOf).toList();
            default -> List.of(String.valueOf(named));
        };
    }
}
