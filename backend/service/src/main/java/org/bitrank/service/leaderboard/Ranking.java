package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.service.result.Difference;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;

/** Ranks of all rows, each within the rows of its model and protocol. */
final class Ranking {
    private Ranking() {}

    private record Group(String model, String protocolKey, String unit) {}

    private record Interval(ResultRow row, double low, double high) {}

    /** Id to rank, for the rows that can be ranked. */
    static Map<Long, Rank> of(List<ResultRow> rows) {
        var groups = new HashMap<Group, List<Interval>>();
        for (ResultRow row : rows) {
            Difference difference = row.difference();
            if (row.provenance() != Provenance.MEASURED || row.unquantized() || difference == null) {
                continue;
            }
            double low = difference.low() == null ? difference.loss() : difference.low();
            double high = difference.high() == null ? difference.loss() : difference.high();
            if (Double.isNaN(low) || Double.isNaN(high)) {
                continue;
            }
            var group = new Group(row.model(), row.protocolKey(), difference.unit());
            groups.computeIfAbsent(group, key -> new ArrayList<>()).add(new Interval(row, low, high));
        }
        var ranks = new HashMap<Long, Rank>();
        groups.values().forEach(group -> rank(group, ranks));
        return ranks;
    }

    private static void rank(List<Interval> group, Map<Long, Rank> ranks) {
        int count = group.size();
        var lows = new double[count];
        var highs = new double[count];
        for (int i = 0; i < count; i++) {
            lows[i] = group.get(i).low();
            highs[i] = group.get(i).high();
        }
        Arrays.sort(lows);
        Arrays.sort(highs);
        for (Interval interval : group) {
            int surelyBetter = below(highs, interval.low());
            int notSurelyWorse = notAbove(lows, interval.high());
            ranks.put(interval.row().id(), new Rank(surelyBetter + 1, Math.max(surelyBetter + 1, notSurelyWorse), count));
        }
    }

    /** How many of the sorted values are less than {@code bound}. */
    private static int below(double[] sorted, double bound) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** How many of the sorted values are at most {@code bound}. */
    private static int notAbove(double[] sorted, double bound) {
        return below(sorted, Math.nextUp(bound));
    }
}
