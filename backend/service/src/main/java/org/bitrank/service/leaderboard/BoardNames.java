package org.bitrank.service.leaderboard;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bitrank.service.result.Score;

/**
 * The names that filters and orders of a board can mean, of all its rows.
 *
 * @param values of each facet whose values are names, by the facet's own: {@code model, method, suite, towers}
 * @param tasks what quality, loss and rank can be made of
 * @param scores {@code task.metric}, by which rows can be sorted beside {@link SortColumn}
 */
public record BoardNames(Map<String, Set<String>> values, Set<String> tasks, Set<String> scores) {
    private static final Set<FacetColumn> NAMED = Set.of(FacetColumn.MODEL, FacetColumn.METHOD, FacetColumn.SUITE, FacetColumn.TOWERS);

    static BoardNames of(Snapshot snapshot) {
        var values = new LinkedHashMap<String, Set<String>>();
        NAMED.forEach(column -> values.put(column.label(), new TreeSet<>()));
        var tasks = new TreeSet<String>();
        var scores = new TreeSet<String>();
        for (Entry entry : snapshot.entries()) {
            for (FacetColumn column : NAMED) {
                String value = entry.values()[column.ordinal()];
                if (value != null) {
                    values.get(column.label()).add(value);
                }
            }
            for (Score score : entry.row().result().scores()) {
                tasks.add(score.task());
                scores.add(score.key());
            }
        }
        return new BoardNames(values, tasks, scores);
    }

    /** The columns that every board can be sorted by. */
    public static List<String> columns() {
        return Arrays.stream(SortColumn.values()).map(SortColumn::label).toList();
    }
}
