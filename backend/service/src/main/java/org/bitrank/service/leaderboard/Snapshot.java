package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;

/** All rows at one moment, with their ranks and bases. */
record Snapshot(String version, List<BoardRow> rows, Map<Long, BoardRow> byId) {
    private record Group(String model, String protocolKey) {}

    static Snapshot of(String version, List<ResultRow> results) {
        Map<Long, Rank> ranks = Ranking.of(results);
        var bases = new HashMap<Group, Long>();
        for (ResultRow result : results) {
            if (result.unquantized() && result.provenance() == Provenance.MEASURED) {
                bases.put(new Group(result.model(), result.protocolKey()), result.id());
            }
        }
        var rows = new ArrayList<BoardRow>(results.size());
        var byId = new HashMap<Long, BoardRow>();
        for (ResultRow result : results) {
            Long base = result.unquantized() ? null : bases.get(new Group(result.model(), result.protocolKey()));
            BoardRow row = BoardRow.of(result.withBase(base), ranks.get(result.id()));
            rows.add(row);
            byId.put(result.id(), row);
        }
        return new Snapshot(version, rows, byId);
    }
}
