package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitrank.service.leaderboard.BoardQuery.Limits;
import org.bitrank.service.leaderboard.BoardView.Facet;
import org.bitrank.service.leaderboard.BoardView.FacetValue;
import org.bitrank.service.result.BitsLevel;
import org.bitrank.service.result.Provenance;

/** The filters of one query, each of which is also a facet. */
final class Filters {
    private static final FacetColumn[] COLUMNS = FacetColumn.values();

    /** Chosen values of each column; empty filters nothing. */
    private final List<Set<String>> chosen;
    private final String[] words;
    private final Limits limits;
    /** How many rows each value would show, by column. */
    private final List<Map<String, int[]>> counts = new ArrayList<>();

    Filters(BoardQuery query) {
        limits = query.limits();
        words = query.text().isEmpty() ? new String[0] : query.text().toLowerCase(Locale.ROOT).split("\\s+");
        chosen = List.of(
                query.provenances().stream().map(Provenance::label).collect(Collectors.toSet()),
                query.models(),
                query.methods(),
                query.bits().stream().map(BitsLevel::of).collect(Collectors.toSet()),
                query.groupSizes().stream().map(String::valueOf).collect(Collectors.toSet()),
                query.symmetric() == null ? Set.of() : Set.of(query.symmetric().toString()),
                query.towers(),
                query.suites());
        for (FacetColumn column : COLUMNS) {
            counts.add(new HashMap<>());
        }
    }

    /** Whether the row is shown. Counts it on the way; a value's count is over what all other filters let through. */
    boolean let(Entry entry) {
        boolean found = contains(entry) && keeps(entry);
        int stopped = 0;
        int stoppedBy = -1;
        for (int i = 0; i < COLUMNS.length; i++) {
            if (!lets(i, entry)) {
                stopped++;
                stoppedBy = i;
            }
        }
        for (int i = 0; i < COLUMNS.length; i++) {
            String value = entry.values()[i];
            if (value != null) {
                int[] count = counts.get(i).computeIfAbsent(value, key -> new int[1]);
                if (found && (stopped == 0 || (stopped == 1 && stoppedBy == i))) {
                    count[0]++;
                }
            }
        }
        return found && stopped == 0;
    }

    /** Bases have no method, bits or group: only where and how they were measured counts. */
    boolean letBase(Entry entry) {
        for (int i = 0; i < COLUMNS.length; i++) {
            if (COLUMNS[i].ofBases() && !lets(i, entry)) {
                return false;
            }
        }
        return true;
    }

    private boolean lets(int column, Entry entry) {
        Set<String> values = chosen.get(column);
        return values.isEmpty() || (entry.values()[column] != null && values.contains(entry.values()[column]));
    }

    private boolean keeps(Entry entry) {
        BoardRow row = entry.row();
        return (limits.leastRecovery() == null || row.recovery() != null && row.recovery() >= limits.leastRecovery())
                && (limits.mostBytes() == null || row.result().bytes() != null && row.result().bytes() <= limits.mostBytes())
                && (!limits.bestOnly() || entry.best());
    }

    private boolean contains(Entry entry) {
        for (String word : words) {
            if (!entry.words().contains(word)) {
                return false;
            }
        }
        return true;
    }

    /** After every row was asked for. */
    List<Facet> facets() {
        var facets = new ArrayList<Facet>(COLUMNS.length);
        for (int i = 0; i < COLUMNS.length; i++) {
            FacetColumn column = COLUMNS[i];
            Set<String> selected = chosen.get(i);
            var values = new ArrayList<FacetValue>();
            counts.get(i).forEach((value, count) ->
                    values.add(new FacetValue(value, column.shown(value), count[0], selected.contains(value))));
            values.sort((a, b) -> column.order().compare(a.value(), b.value()));
            facets.add(new Facet(column.label(), List.copyOf(values)));
        }
        return facets;
    }
}
