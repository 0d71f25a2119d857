package org.bitrank.web.board;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.result.Difference;
import org.bitrank.web.chart.Whiskers;

/** What the losses of a table are counted in: rows with a perplexity lose nats a token, others points of accuracy. Each unit has an axis of its own. */
final class LossUnits {
    static final String NATS = "nats/token";

    private final Map<String, Whiskers> axes = new LinkedHashMap<>();

    private LossUnits() {}

    static LossUnits of(Collection<BoardRow> rows) {
        var units = new LossUnits();
        Map<String, List<BoardRow>> byUnit = rows.stream().filter(row -> row.difference() != null)
                .collect(Collectors.groupingBy(row -> row.difference().unit(), LinkedHashMap::new, Collectors.toList()));
        byUnit.forEach((unit, own) ->
                units.axes.put(unit, Whiskers.over(own.stream().map(BoardLine::drawn).filter(Objects::nonNull).toList(), words(unit))));
        return units;
    }

    static String words(String unit) {
        return unit.equals(NATS) ? "nats a token" : unit;
    }

    /** The unit of most of these rows: those of another cannot be drawn beside them. */
    static String usual(Collection<BoardRow> rows) {
        return rows.stream().map(BoardRow::difference).filter(Objects::nonNull)
                .collect(Collectors.groupingBy(Difference::unit, LinkedHashMap::new, Collectors.counting()))
                .entrySet().stream().max(Comparator.comparingLong(Map.Entry::getValue)).map(Map.Entry::getKey).orElse(NATS);
    }

    /** In the heading: the unit of all rows; empty where they have several, and each says its own. */
    String heading() {
        return axes.size() > 1 ? "" : ", " + words(axes.isEmpty() ? NATS : axes.keySet().iterator().next());
    }

    /** Behind a row's number, where the heading does not say it. */
    String behind(String unit) {
        return axes.size() < 2 ? "" : unit.equals(NATS) ? " nats" : " " + unit;
    }

    Whiskers axis(String unit) {
        return axes.get(unit);
    }
}
