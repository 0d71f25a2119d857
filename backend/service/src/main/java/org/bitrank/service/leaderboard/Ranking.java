package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.statistics.RankGroups;
import org.bitrank.engine.statistics.RankRange;
import org.bitrank.service.result.Difference;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;

/** Ranks of the rows of a view, each among those of its model and protocol. */
final class Ranking {
    /** A 95 % interval reaches this many standard errors to either side. */
    private static final double NORMAL_QUANTILE = 1.96;

    private Ranking() {}

    private record Group(String model, String protocolKey, String unit) {}

    private record Interval(BoardRow row, double low, double high) {}

    /** Id to rank, for the rows that can be ranked. */
    static Map<Long, Rank> of(List<BoardRow> rows) {
        var groups = new HashMap<Group, List<Interval>>();
        for (BoardRow row : rows) {
            ResultRow result = row.result();
            Difference difference = row.difference();
            if (result.provenance() != Provenance.MEASURED || result.unquantized() || difference == null) {
                continue;
            }
            double low = difference.low() == null ? difference.loss() : difference.low();
            double high = difference.high() == null ? difference.loss() : difference.high();
            if (Double.isNaN(low) || Double.isNaN(high)) {
                continue;
            }
            var group = new Group(result.model(), result.protocolKey(), difference.unit());
            groups.computeIfAbsent(group, key -> new ArrayList<>()).add(new Interval(row, low, high));
        }
        var ranks = new HashMap<Long, Rank>();
        groups.values().forEach(group -> rank(group, ranks));
        return ranks;
    }

    private static void rank(List<Interval> group, Map<Long, Rank> ranks) {
        int count = group.size();
        var losses = new double[count];
        var errors = new double[count];
        for (int i = 0; i < count; i++) {
            Interval interval = group.get(i);
            losses[i] = interval.row().difference().loss();
            errors[i] = (interval.high() - interval.low()) / (2 * NORMAL_QUANTILE);
        }
        List<RankRange> ranges = RankGroups.of(losses, errors, false);
        for (int i = 0; i < count; i++) {
            ranks.put(group.get(i).row().id(), new Rank(ranges.get(i).best(), ranges.get(i).worst(), count));
        }
    }
}
