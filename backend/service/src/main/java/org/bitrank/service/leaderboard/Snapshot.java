package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.service.result.ResultRow;

/** All rows at one moment, with their ranks. */
record Snapshot(String version, List<BoardRow> rows, Map<Long, BoardRow> byId) {
    static Snapshot of(String version, List<ResultRow> results) {
        Map<Long, Rank> ranks = Ranking.of(results);
        var rows = new ArrayList<BoardRow>(results.size());
        var byId = new HashMap<Long, BoardRow>();
        for (ResultRow result : results) {
            BoardRow row = BoardRow.of(result, ranks.get(result.id()));
            rows.add(row);
            byId.put(result.id(), row);
        }
        return new Snapshot(version, rows, byId);
    }
}
