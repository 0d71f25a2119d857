package org.bitrank.service.leaderboard;

import java.util.LinkedHashMap;
import java.util.List;
import org.springframework.stereotype.Service;

@Service
class Board implements Leaderboard {
    private final SnapshotKeeper keeper;
    private final Selections selections = new Selections();
    private volatile Named named = new Named("", null);

    private record Named(String version, BoardNames names) {}

    Board(SnapshotKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public String version() {
        return keeper.current().version();
    }

    @Override
    public BoardNames names() {
        Snapshot snapshot = keeper.current();
        Named known = named;
        if (!known.version.equals(snapshot.version())) {
            known = new Named(snapshot.version(), BoardNames.of(snapshot));
            named = known;
        }
        return known.names;
    }

    @Override
    public BoardView view(BoardQuery query) {
        Snapshot snapshot = keeper.current();
        Selection selection = selections.of(snapshot, query);
        List<BoardRow> sorted = SortColumn.sorted(selection.rows(), query.sort(), query.descending());
        int from = (int) Math.min(sorted.size(), (long) query.page() * query.size());
        int to = (int) Math.min(sorted.size(), (long) from + query.size());
        List<BoardRow> page = List.copyOf(sorted.subList(from, to));
        var bases = new LinkedHashMap<Long, BoardRow>();
        selection.bases().forEach(base -> bases.put(base.row().id(), base.row()));
        for (BoardRow row : page) {
            Entry base = snapshot.byId().get(row.result().baseRowId());
            if (base != null) {
                bases.putIfAbsent(base.row().id(), base.row());
            }
        }
        return new BoardView(
                query, page, sorted.size(), List.copyOf(bases.values()), selection.facets(), selection.columns(),
                selection.protocols(), snapshot.version());
    }
}
