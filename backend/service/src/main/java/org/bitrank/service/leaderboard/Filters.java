package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.bitrank.service.leaderboard.BoardView.Facet;
import org.bitrank.service.leaderboard.BoardView.FacetValue;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;

/** The filters of one query, each of which is also a facet. */
final class Filters {
    /** @param value the row's value as in an address, or null when it has none */
    private record Filter(
            String name,
            Function<ResultRow, String> value,
            Predicate<String> selected,
            boolean filtering,
            Function<String, String> label,
            Comparator<String> order) {
        boolean lets(ResultRow row) {
            if (!filtering) {
                return true;
            }
            String text = value.apply(row);
            return text != null && selected.test(text);
        }
    }

    private final List<Filter> filters;
    private final String[] words;

    Filters(BoardQuery query) {
        words = query.text().isEmpty()
                ? new String[0]
                : query.text().toLowerCase(Locale.ROOT).split("\\s+");
        Comparator<String> text = Comparator.naturalOrder();
        Comparator<String> number = Comparator.comparingDouble(Double::parseDouble);
        filters = List.of(
                filter("provenance", row -> row.provenance().label(),
                        query.provenances().stream().map(Provenance::label).collect(Collectors.toSet())::contains,
                        !query.provenances().isEmpty(), value -> value, text),
                filter("model", ResultRow::model, query.models()::contains, !query.models().isEmpty(), value -> value, text),
                filter("method", ResultRow::method, query.methods()::contains, !query.methods().isEmpty(),
                        value -> value, text),
                filter("bits", row -> row.bits() == null ? null : number(row.bits()),
                        value -> query.bits().contains(Double.valueOf(value)), !query.bits().isEmpty(),
                        value -> value, number),
                filter("group-size", row -> row.groupSize() == null ? null : row.groupSize().toString(),
                        value -> query.groupSizes().contains(Integer.valueOf(value)),
                        !query.groupSizes().isEmpty(), value -> value.equals("0") ? "per channel" : value, number),
                filter("symmetric", row -> row.symmetric() == null ? null : row.symmetric().toString(),
                        value -> value.equals(String.valueOf(query.symmetric())), query.symmetric() != null,
                        value -> value.equals("true") ? "symmetric" : "asymmetric", text),
                filter("suite", ResultRow::suite, query.suites()::contains, !query.suites().isEmpty(), value -> value, text));
    }

    private static Filter filter(
            String name,
            Function<ResultRow, String> value,
            Predicate<String> selected,
            boolean filtering,
            Function<String, String> label,
            Comparator<String> order) {
        return new Filter(name, value, selected, filtering, label, order);
    }

    /** Whole numbers without a point: {@code 4}, {@code 1.58}. */
    static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    boolean let(ResultRow row) {
        return letAllBut(row, null) && contains(row);
    }

    /** Bases have no method, bits or group: only where and how they were measured counts. */
    boolean letBase(ResultRow row) {
        for (Filter filter : filters) {
            boolean ofBases = filter.name().equals("provenance") || filter.name().equals("model") || filter.name().equals("suite");
            if (ofBases && !filter.lets(row)) {
                return false;
            }
        }
        return true;
    }

    /** Counts over all rows that every other filter lets through, so that a count says what choosing it would show. */
    List<Facet> facets(List<BoardRow> rows) {
        var facets = new ArrayList<Facet>(filters.size());
        for (Filter filter : filters) {
            // Sorted at the end: comparing numbers in their text form for each row would cost more than all the filters.
            var counted = new HashMap<String, long[]>();
            for (BoardRow row : rows) {
                String value = filter.value().apply(row.result());
                if (value == null) {
                    continue;
                }
                long[] count = counted.computeIfAbsent(value, key -> new long[1]);
                if (!row.base() && letAllBut(row.result(), filter) && contains(row.result())) {
                    count[0]++;
                }
            }
            var counts = new TreeMap<String, long[]>(filter.order());
            counts.putAll(counted);
            var values = new ArrayList<FacetValue>(counts.size());
            counts.forEach((value, count) -> values.add(new FacetValue(
                    value, filter.label().apply(value), count[0], filter.filtering() && filter.selected().test(value))));
            facets.add(new Facet(filter.name(), values));
        }
        return facets;
    }

    private boolean letAllBut(ResultRow row, Filter exception) {
        for (Filter filter : filters) {
            if (filter != exception && !filter.lets(row)) {
                return false;
            }
        }
        return true;
    }

    private boolean contains(ResultRow row) {
        if (words.length == 0) {
            return true;
        }
        String text = (row.label() + " " + row.model() + " " + row.method()).toLowerCase(Locale.ROOT);
        for (String word : words) {
            if (!text.contains(word)) {
                return false;
            }
        }
        return true;
    }
}
