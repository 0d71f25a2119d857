package org.bitrank.web.rows;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bitrank.service.item.ItemCounts;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;
import org.bitrank.web.chart.Difference;
import org.bitrank.web.chart.Whiskers;
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
                    counts.lost(), counts.gained(),
                    "/rows/" + row + "/items?task=" + URLEncoder.encode(counts.task(), StandardCharsets.UTF_8) + (counts.flipped() == 0 ? "" : "&show=flipped"));
        }
    }

    /** Differences of perplexities and of shares are of different kinds: an axis for each. */
    static List<TaskLine> of(ResultRow row, List<ItemCounts> items) {
        List<Score> scores = row.scores();
        Map<String, ItemCounts> counts = items.stream().collect(Collectors.toMap(ItemCounts::task, Function.identity()));
        Whiskers nats = Whiskers.over(scores.stream().filter(score -> !share(score)).map(TaskLine::drawn).filter(Objects::nonNull).toList(), "nats a token");
        Whiskers points = Whiskers.over(scores.stream().filter(TaskLine::share).map(TaskLine::drawn).filter(Objects::nonNull).toList(), "points");
        return scores.stream()
                .map(score -> line(score, share(score) ? points : nats, score.main() ? Flips.of(row.id(), counts.get(score.task())) : null))
                .toList();
    }

    private static TaskLine line(Score score, Whiskers whiskers, Flips flips) {
        Difference difference = drawn(score);
        int decimals = share(score) ? 1 : 3;
        return new TaskLine(
                score.task(),
                score.metric().replace('_', ' ') + (share(score) ? ", %" : ""),
                score.main(),
                value(score, score.value()),
                score.stderr() == null ? "" : "±" + (share(score) ? Figures.percent(score.stderr(), 1) : Figures.significant(score.stderr(), 2)),
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
        return share(score) ? Figures.percent(value, 1) : Figures.significant(value, 4);
    }

    private static Difference drawn(Score score) {
        if (score.difference() == null) {
            return null;
        }
        double scale = share(score) ? 100 : 1;
        return new Difference(
                scale * score.difference(),
                score.low() == null ? null : Double.valueOf(scale * score.low()),
                score.high() == null ? null : Double.valueOf(scale * score.high()),
                !score.higherIsBetter());
    }

    private static boolean share(Score score) {
        return !score.perplexity() && score.higherIsBetter() && score.printed() == null && score.value() != null && score.value() >= 0 && score.value() <= 1;
    }
}
