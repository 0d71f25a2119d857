package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;

/** All rows at one moment, with their ranks and bases. */
record Snapshot(String version, List<Entry> entries, Map<Long, Entry> byId) {
    private record Group(String model, String protocolKey) {}

    static Snapshot of(String version, List<ResultRow> results) {
        Map<Long, Rank> ranks = Ranking.of(results);
        var bases = new HashMap<Group, Long>();
        for (ResultRow result : results) {
            if (result.unquantized() && result.provenance() == Provenance.MEASURED) {
                bases.put(new Group(result.model(), result.protocolKey()), result.id());
            }
        }
        var entries = new ArrayList<Entry>(results.size());
        var byId = new HashMap<Long, Entry>();
        for (ResultRow result : results) {
            Long base = result.unquantized() ? null : bases.get(new Group(result.model(), result.protocolKey()));
            Entry entry = Entry.of(BoardRow.of(result.withBase(base), ranks.get(result.id())));
            entries.add(entry);
            byId.put(result.id(), entry);
        }
        return new Snapshot(version, entries, byId);
    }
}
