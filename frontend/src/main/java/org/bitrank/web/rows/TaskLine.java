package org.bitrank.web.rows;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bitrank.service.item.ItemCounts;
import org.bitrank.service.item.Show;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;
import org.bitrank.web.chart.Difference;
import org.bitrank.web.chart.Whiskers;
import org.bitrank.web.items.ItemAddress;
import org.bitrank.web.words.Figures;

/**
 * One metric of one task in the row's table. Shares are shown as percent, their differences as points.
 *
 * @param flips items that flipped against the base, on the headline metric's line; null where none are known
 */
record TaskLine(
        String task,
        String metric,
        boolean main,
        String value,
        String stderr,
        String base,
        String whisker,
        String difference,
        String spread,
        String recovery,
        Flips flips,
        List<String> caveats) {
    /** @param address the items themselves */
    record Flips(long lost, long gained, String address) {
        static Flips of(long row, ItemCounts counts) {
            return counts == null || !counts.judged() || !counts.compared() ? null : new Flips(
                    counts.lost(), counts.gained(), ItemAddress.of(row, counts.task(), null, counts.flipped() == 0 ? Show.ALL : Show.FLIPPED));
        }
    }

    private enum Unit {
        NATS("nats a token"),
        POINTS("points"),
        SHARE("of 1"),
        OWN("points of the task's own");

        private final String words;

        Unit(String words) {
            this.words = words;
        }

        static Unit of(Score score) {
            return score.percent() ? POINTS : score.perplexity() ? NATS : score.share() ? SHARE : OWN;
        }
    }

    /** Differences of perplexities, of shares and of points of a task's own are of different kinds: an axis for each. */
    static List<TaskLine> of(ResultRow row, List<ItemCounts> items) {
        List<Score> scores = row.scores();
        Map<String, ItemCounts> counts = items.stream().collect(Collectors.toMap(ItemCounts::task, Function.identity()));
        Map<Unit, Whiskers> whiskers = new EnumMap<>(Unit.class);
        for (Unit unit : Unit.values()) {
            whiskers.put(unit, Whiskers.over(
                    scores.stream().filter(score -> Unit.of(score) == unit).map(TaskLine::drawn).filter(Objects::nonNull).toList(), unit.words));
        }
        return scores.stream()
                .map(score -> line(score, whiskers.get(Unit.of(score)), score.main() ? Flips.of(row.id(), counts.get(score.task())) : null))
                .toList();
    }

    private static TaskLine line(Score score, Whiskers whiskers, Flips flips) {
        Difference difference = drawn(score);
        int decimals = score.percent() ? 1 : difference == null ? 3 : Figures.decimals(difference.value());
        return new TaskLine(
                score.task(),
                score.metric().replace('_', ' ') + (score.percent() ? ", %" : ""),
                score.main(),
                value(score, score.value()),
                score.stderr() == null ? "" : "±" + (score.percent() ? Figures.percent(score.stderr(), 1) : Figures.significant(score.stderr(), 2)),
                score.base() == null ? Figures.ABSENT : value(score, score.base()),
                difference == null ? "" : whiskers.draw(difference),
                difference == null ? Figures.ABSENT : Figures.signed(difference.value(), decimals),
                difference == null || !difference.spread() ? "" : "±" + Figures.fixed(difference.halfWidth(), decimals),
                score.recovery() == null ? Figures.ABSENT : Figures.significant(score.recovery()),
                flips,
                score.caveats());
    }

    private static String value(Score score, Double value) {
        if (score.printed() != null) {
            return score.printed();
        }
        return score.percent() ? Figures.percent(value, 1) : Figures.significant(value, 4);
    }

    private static Difference drawn(Score score) {
        if (score.difference() == null) {
            return null;
        }
        double scale = score.percent() ? 100 : 1;
        return new Difference(
                scale * score.difference(),
                score.low() == null ? null : Double.valueOf(scale * score.low()),
                score.high() == null ? null : Double.valueOf(scale * score.high()),
                !score.higherIsBetter());
    }
}
