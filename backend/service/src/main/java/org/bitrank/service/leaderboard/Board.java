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
        var columns = new LinkedHashMap<String, ScoreColumn>();
        for (BoardRow row : bases.values()) {
            count(row.result(), columns);
        }
        for (BoardRow row : rows) {
            count(row.result(), columns);
        }
        return List.copyOf(columns.values());
    }

    private static void count(ResultRow row, Map<String, ScoreColumn> columns) {
        for (Score score : row.scores()) {
            if (score.main()) {
                columns.merge(
                        score.key(),
                        new ScoreColumn(score.key(), score.task(), score.metric(), score.higherIsBetter(), 1),
                        (known, added) -> new ScoreColumn(
                                known.key(), known.task(), known.metric(), known.higherIsBetter(), known.rows() + 1));
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
