package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.service.leaderboard.BoardView.ProtocolGroup;
import org.bitrank.service.leaderboard.BoardView.ScoreColumn;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;
import org.springframework.stereotype.Service;

@Service
class Board implements Leaderboard {
    private final SnapshotKeeper keeper;

    Board(SnapshotKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public String version() {
        return keeper.current().version();
    }

    @Override
    public BoardView view(BoardQuery query) {
        Snapshot snapshot = keeper.current();
        var filters = new Filters(query);
        var selected = new ArrayList<Entry>();
        var bases = new LinkedHashMap<Long, Entry>();
        for (Entry entry : snapshot.entries()) {
            if (entry.row().base()) {
                if (filters.letBase(entry)) {
                    bases.put(entry.row().id(), entry);
                }
            } else if (filters.let(entry)) {
                selected.add(entry);
            }
        }
        List<BoardRow> sorted = SortColumn.sorted(selected, query.sort(), query.descending());
        int from = (int) Math.min(sorted.size(), (long) query.page() * query.size());
        int to = (int) Math.min(sorted.size(), (long) from + query.size());
        List<BoardRow> page = List.copyOf(sorted.subList(from, to));
        for (BoardRow row : page) {
            Entry base = snapshot.byId().get(row.result().baseRowId());
            if (base != null) {
                bases.put(base.row().id(), base);
            }
        }
        var all = new ArrayList<>(bases.values());
        all.addAll(selected);
        return new BoardView(
                query, page, sorted.size(), bases.values().stream().map(Entry::row).toList(), filters.facets(),
                columns(all), protocols(all), snapshot.version());
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
