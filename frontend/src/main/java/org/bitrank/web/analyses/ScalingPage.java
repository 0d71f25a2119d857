package org.bitrank.web.analyses;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitrank.engine.statistics.Interval;
import org.bitrank.service.analysis.ScalingView;
import org.bitrank.service.analysis.ScalingView.Family;
import org.bitrank.service.analysis.ScalingView.Size;
import org.bitrank.web.chart.ScalingPlot;
import org.bitrank.web.words.Figures;

/**
 * Quality against size as the template shows it.
 *
 * @param left families that are in the table but not in the picture
 */
record ScalingPage(RowSet set, Size size, String wide, String narrow, List<FamilyLine> families, int left) {
    /** @param drawn whether it is in the picture; @param reason why there is no fit, or null */
    record FamilyLine(String name, String source, int points, boolean drawn, String limit, String exponent, String reason) {}

    private static final int MOST_DRAWN = 4;

    /** What the others are held against. */
    private static final Set<String> LEADING = Set.of("float", "ternary", "binary");

    static ScalingPage of(RowSet set, ScalingView view) {
        String largest = view.families().stream().collect(Collectors.groupingBy(Family::source, Collectors.summingInt(family -> family.points().size()))).entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey())).map(Map.Entry::getKey).orElse("");
        List<Family> families = view.families().stream()
                .sorted(Comparator.comparing((Family family) -> family.fit() == null)
                        .thenComparing(family -> !family.source().equals(largest))
                        .thenComparing(family -> !LEADING.contains(family.name()))
                        .thenComparing(Comparator.comparingInt((Family family) -> family.points().size()).reversed())
                        .thenComparing(Family::name))
                .toList();
        List<Family> drawn = families.stream().limit(MOST_DRAWN).toList();
        List<ScalingPlot.Family> plotted = drawn.stream().map(ScalingPage::plotted).toList();
        boolean bits = view.size() == Size.TOTAL_BITS;
        String words = "Quality against " + (bits ? "total bits" : "parameters") + ": " + String.join("; ", drawn.stream()
                .map(family -> family.name() + ", " + Figures.count(family.points().size(), "row", "rows")).toList());
        var lines = new ArrayList<FamilyLine>();
        families.forEach(family -> lines.add(line(family, drawn.contains(family))));
        return new ScalingPage(
                set, view.size(), plotted.isEmpty() ? null : plot(plotted, bits, set, words, true), plotted.isEmpty() ? null : plot(plotted, bits, set, words, false),
                lines, families.size() - drawn.size());
    }

    private static String plot(List<ScalingPlot.Family> families, boolean bits, RowSet set, String words, boolean wide) {
        return ScalingPlot.draw(families, bits ? "bit" : "", bits ? "all bits of the weights" : "parameters", set.measure(), words, wide);
    }

    private static ScalingPlot.Family plotted(Family family) {
        return new ScalingPlot.Family(
                family.name(),
                family.points().stream().map(point -> new ScalingPlot.Point(
                        "/rows/" + point.row(), point.label(), point.model() + ", " + Figures.significant(point.value()), point.size(), point.value())).toList(),
                family.curve().stream().map(point -> new ScalingPlot.CurvePoint(
                        point.size(), point.value(), point.low() == null ? Double.NaN : point.low(), point.high() == null ? Double.NaN : point.high())).toList());
    }

    private static FamilyLine line(Family family, boolean drawn) {
        return new FamilyLine(
                family.name(), family.source(), family.points().size(), drawn,
                family.fit() == null ? Figures.ABSENT : Figures.significant(family.fit().limit()) + interval(family.fit().limitInterval()),
                family.fit() == null ? Figures.ABSENT : Figures.significant(family.fit().exponent()) + interval(family.fit().exponentInterval()),
                family.reason());
    }

    private static String interval(Interval interval) {
        return Double.isNaN(interval.low()) || Double.isNaN(interval.high()) ? " (no interval)"
                : " (" + Figures.significant(interval.low()) + " to " + Figures.significant(interval.high()) + ")";
    }
}
