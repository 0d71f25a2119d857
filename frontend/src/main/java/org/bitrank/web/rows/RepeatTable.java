package org.bitrank.web.rows;

import java.util.List;
import org.bitrank.service.result.Repeats;
import org.bitrank.web.words.Figures;

/** A row's repeats with other seeds of calibration: the headline scores, seed by seed, with their mean and spread. */
record RepeatTable(List<Seed> seeds, List<Line> lines) {
    /** @param current whether it is the row of this page */
    record Seed(long row, long seed, boolean current) {}

    record Line(String task, String metric, List<String> values, String mean, String deviation) {}

    static RepeatTable of(Repeats repeats, long current) {
        return new RepeatTable(
                repeats.rows().stream().map(row -> new Seed(row.id(), row.seed(), row.id() == current)).toList(),
                repeats.spreads().stream().filter(Repeats.Spread::main).map(RepeatTable::line).toList());
    }

    private static Line line(Repeats.Spread spread) {
        return new Line(
                spread.task(), spread.metric(), spread.values().stream().map(value -> Figures.fixed(value, 4)).toList(),
                Figures.fixed(spread.mean(), 4), "±" + Figures.fixed(spread.deviation(), 4));
    }
}
