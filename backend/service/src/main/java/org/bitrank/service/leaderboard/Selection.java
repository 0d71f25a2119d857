package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.service.leaderboard.BoardView.Facet;
import org.bitrank.service.leaderboard.BoardView.ProtocolGroup;
import org.bitrank.service.leaderboard.BoardView.ScoreColumn;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;

/**
 * What a query shows, in no order yet: the rows that its filters let through, their figures over its tasks, and their ranks
 * among each other.
 */
record Selection(List<Entry> rows, List<Entry> bases, List<Facet> facets, List<ScoreColumn> columns, List<ProtocolGroup> protocols) {
    static Selection of(Snapshot snapshot, BoardQuery query) {
        var filters = new Filters(query);
        var selected = new ArrayList<Entry>();
        var bases = new ArrayList<Entry>();
        for (Entry known : snapshot.entries()) {
            Entry entry = query.tasks().isEmpty() ? known : known.with(BoardRow.of(known.row().result(), query.tasks()));
            if (entry.row().base()) {
                if (filters.letBase(entry)) {
                    bases.add(entry);
                }
            } else if (filters.let(entry)) {
                selected.add(entry);
            }
        }
        List<Entry> ranked = ranked(selected);
        var all = new ArrayList<>(bases);
        all.addAll(selected);
        return new Selection(ranked, List.copyOf(bases), filters.facets(), columns(all), protocols(all));
    }

    private static List<Entry> ranked(List<Entry> entries) {
        Map<Long, Rank> ranks = Ranking.of(entries.stream().map(Entry::row).toList());
        return entries.stream().map(entry -> entry.with(entry.row().ranked(ranks.get(entry.row().id())))).toList();
    }

    private static List<ScoreColumn> columns(List<Entry> entries) {
        var rows = new LinkedHashMap<String, int[]>();
        var scores = new HashMap<String, Score>();
        for (Entry entry : entries) {
            for (String key : entry.scores()) {
                int[] count = rows.get(key);
                if (count == null) {
                    count = new int[1];
                    rows.put(key, count);
                    scores.put(key, entry.row().result().score(key));
                }
                count[0]++;
            }
        }
        var columns = new ArrayList<ScoreColumn>();
        rows.forEach((key, count) -> {
            Score score = scores.get(key);
            columns.add(new ScoreColumn(key, score.task(), score.metric(), score.higherIsBetter(), count[0]));
        });
        return columns;
    }

    private record Group(String model, String suite, String key) {}

    private static List<ProtocolGroup> protocols(List<Entry> entries) {
        var rows = new HashMap<Group, int[]>();
        var lines = new HashMap<Group, String>();
        for (Entry entry : entries) {
            ResultRow result = entry.row().result();
            if (result.provenance() == Provenance.MEASURED) {
                var group = new Group(result.model(), result.suite(), result.protocolKey());
                rows.computeIfAbsent(group, key -> new int[1])[0]++;
                lines.putIfAbsent(group, result.protocolLine());
            }
        }
        var groups = new ArrayList<ProtocolGroup>();
        for (Map.Entry<Group, int[]> entry : rows.entrySet()) {
            Group group = entry.getKey();
            groups.add(new ProtocolGroup(group.model(), group.suite(), group.key(), lines.get(group), entry.getValue()[0]));
        }
        groups.sort(Comparator.comparing(ProtocolGroup::model)
                .thenComparing(ProtocolGroup::suite)
                .thenComparing(ProtocolGroup::key));
        return groups;
    }
}
