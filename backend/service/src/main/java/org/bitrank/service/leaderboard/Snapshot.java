package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitrank.service.result.BitsLevel;
import org.bitrank.service.result.Difference;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;

/** All rows at one moment, with their bases. */
record Snapshot(String version, List<Entry> entries, Map<Long, Entry> byId) {
    private record Group(String model, String protocolKey) {}

    private record Kind(String model, String protocolKey, String method, String bits) {
        static Kind of(ResultRow row) {
            return new Kind(row.model(), row.protocolKey(), row.method(), BitsLevel.of(row));
        }
    }

    static Snapshot of(String version, List<ResultRow> results) {
        var bases = new HashMap<Group, Long>();
        for (ResultRow result : results) {
            if (result.unquantized() && result.provenance() == Provenance.MEASURED) {
                bases.put(new Group(result.model(), result.protocolKey()), result.id());
            }
        }
        Set<Long> best = best(results);
        var entries = new ArrayList<Entry>(results.size());
        var byId = new HashMap<Long, Entry>();
        for (ResultRow result : results) {
            Long base = result.unquantized() ? null : bases.get(new Group(result.model(), result.protocolKey()));
            Entry entry = Entry.of(result.withBase(base), best.contains(result.id()));
            entries.add(entry);
            byId.put(result.id(), entry);
        }
        return new Snapshot(version, entries, byId);
    }

    private static Set<Long> best(List<ResultRow> results) {
        var least = new HashMap<Kind, ResultRow>();
        var losses = new HashMap<Long, Double>();
        for (ResultRow result : results) {
            Difference difference = result.difference();
            if (result.provenance() == Provenance.MEASURED && !result.unquantized() && difference != null) {
                losses.put(result.id(), difference.loss());
                least.merge(Kind.of(result), result, (one, other) -> losses.get(other.id()) < losses.get(one.id()) ? other : one);
            }
        }
        return least.values().stream().map(ResultRow::id).collect(Collectors.toSet());
    }
}
