package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
        var selected = new ArrayList<BoardRow>();
        var bases = new LinkedHashMap<Long, BoardRow>();
        for (BoardRow row : snapshot.rows()) {
            if (row.base()) {
                if (filters.letBase(row.result())) {
                    bases.put(row.id(), row);
                }
            } else if (filters.let(row.result())) {
                selected.add(row);
            }
        }
        selected.sort(SortColumn.order(query.sort(), query.descending()));
        int from = (int) Math.min(selected.size(), (long) query.page() * query.size());
        int to = (int) Math.min(selected.size(), (long) from + query.size());
        List<BoardRow> page = List.copyOf(selected.subList(from, to));
        for (BoardRow row : page) {
            BoardRow base = snapshot.byId().get(row.result().baseRowId());
            if (base != null) {
                bases.put(base.id(), base);
            }
        }
        return new BoardView(
                query, page, selected.size(), List.copyOf(bases.values()), filters.facets(snapshot.rows()),
                columns(selected, bases), protocols(selected, bases), snapshot.version());
    }

    private static List<ScoreColumn> columns(List<BoardRow> rows, Map<Long, BoardRow> bases) {
        var counts = new LinkedHashMap<ScoreColumn, long[]>();
        for (BoardRow row : bases.values()) {
            count(row.result(), counts);
        }
        for (BoardRow row : rows) {
            count(row.result(), counts);
        }
        var columns = new ArrayList<ScoreColumn>(counts.size());
        counts.forEach((column, count) -> columns.add(
                new ScoreColumn(column.key(), column.task(), column.metric(), column.higherIsBetter(), count[0])));
        return columns;
    }

    private static void count(ResultRow row, Map<ScoreColumn, long[]> counts) {
        for (Score score : row.scores()) {
            if (score.main()) {
                var column = new ScoreColumn(score.key(), score.task(), score.metric(), score.higherIsBetter(), 0);
                counts.computeIfAbsent(column, key -> new long[1])[0]++;
            }
        }
    }

    private static List<ProtocolGroup> protocols(List<BoardRow> rows, Map<Long, BoardRow> bases) {
        var groups = new TreeMap<String, ProtocolGroup>();
        var all = new ArrayList<>(bases.values());
        all.addAll(rows);
        for (BoardRow row : all) {
            ResultRow result = row.result();
            if (result.provenance() == Provenance.MEASURED) {
                groups.merge(
                        result.model() + "\n" + result.suite() + "\n" + result.protocolKey(),
                        new ProtocolGroup(
                                result.model(), result.suite(), result.protocolKey(), result.protocolLine(), 1),
                        (known, added) -> new ProtocolGroup(
                                known.model(), known.suite(), known.key(), known.line(), known.rows() + 1));
            }
        }
        return List.copyOf(groups.values());
    }
}
