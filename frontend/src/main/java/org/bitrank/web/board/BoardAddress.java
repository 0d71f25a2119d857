package org.bitrank.web.board;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.bitrank.service.leaderboard.BoardQuery;
import org.bitrank.service.leaderboard.BoardQuery.Limits;
import org.bitrank.service.leaderboard.SortColumn;
import org.bitrank.service.result.Provenance;
import org.bitrank.web.Listing;
import org.bitrank.web.errors.InvalidFields;
import org.springframework.util.MultiValueMap;

/**
 * The board's state as it stands in the address. Filters are repeated parameters ({@code bits=3&bits=4}); an absent one
 * filters nothing.
 *
 * @param tasks whether every task has a column of its own
 * @param everyModel whether all models are meant, by {@code model=all}, rather than the one with most rows
 */
record BoardAddress(BoardQuery query, boolean tasks, boolean everyModel) {
    private static final String ALL = "all";
    static final String RECOVERY = "recovery";
    static final String GIGABYTES = "max-gb";
    /** In the order in which an address has them. */
    static final List<String> NAMES = List.of(
            "provenance", "model", "suite", "method", "bits", "group-size", "symmetric", "towers", "q", "task", RECOVERY, GIGABYTES, "best", "sort", "order",
            "columns", "page", "size");
    static final int PAGE_SIZE = 50;

    /** Of a page: parameters that are none of the board's are passed over. */
    static BoardAddress of(MultiValueMap<String, String> parameters) {
        var errors = new TreeMap<String, String>();
        BoardAddress address = of(parameters, errors);
        if (!errors.isEmpty()) {
            throw new InvalidFields(errors);
        }
        return address;
    }

    /** @param errors gets what no board's address can have, by parameter; the usual stands in its place */
    static BoardAddress of(MultiValueMap<String, String> parameters, Map<String, String> errors) {
        int page = number(parameters, "page", 0, errors);
        int size = number(parameters, "size", PAGE_SIZE, errors);
        Listing.check(page, size, Listing.MOST, errors);
        var query = new BoardQuery(
                words(parameters, "model"),
                words(parameters, "method"),
                values(parameters, "bits", BoardAddress::notNegative, "a number of bits, such as 4", errors),
                values(parameters, "group-size", BoardAddress::groupSize, "a group size, or 0 for per channel", errors),
                words(parameters, "suite"),
                values(parameters, "provenance", Provenance::ofLabel, "measured or published", errors),
                symmetric(values(parameters, "symmetric", BoardAddress::truth, "true or false", errors)),
                words(parameters, "towers"),
                first(parameters, "q"),
                words(parameters, "task"),
                limits(parameters, errors),
                first(parameters, "sort"),
                "desc".equals(choice(parameters, "order", errors, "asc", "desc")),
                Math.max(0, page),
                Math.clamp(size, 1, Listing.MOST));
        return new BoardAddress(query, "tasks".equals(choice(parameters, "columns", errors, "tasks")), ALL.equals(first(parameters, "model")));
    }

    /** With one page of everything, for downloads of the whole view. */
    BoardQuery everything() {
        return query.page(0, BoardQuery.ALL);
    }

    BoardAddress with(Set<String> models, Set<String> suites, Set<Provenance> provenances) {
        return new BoardAddress(query.of(models, suites, provenances), tasks, everyModel);
    }

    /** Nothing but model, suite and provenance. */
    BoardQuery unfiltered() {
        return new BoardQuery(query.models(), Set.of(), Set.of(), Set.of(), query.suites(), query.provenances(), null, "", null, false, 0, 1);
    }

    BoardAddress sorted(String column, boolean descending) {
        return new BoardAddress(query.sorted(column, descending), tasks, everyModel);
    }

    BoardAddress paged(int page) {
        return new BoardAddress(query.page(page, query.size()), tasks, everyModel);
    }

    BoardAddress withTasks(boolean shown) {
        return new BoardAddress(query, shown, everyModel);
    }

    /** The same view without one filter, to be offered when nothing matches. */
    public String without(String filter) {
        Map<String, List<String>> parameters = parameters();
        parameters.remove(filter);
        parameters.remove("page");
        return "/" + text(parameters);
    }

    /** {@code ?model=…&bits=…}, or nothing when all is as usual. */
    String text() {
        return text(parameters());
    }

    static String text(Map<String, List<String>> parameters) {
        var text = new StringBuilder();
        parameters.forEach((name, values) -> {
            for (String value : values) {
                text.append(text.isEmpty() ? '?' : '&').append(name).append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("%2F", "/"));
            }
        });
        return text.toString();
    }

    Map<String, List<String>> parameters() {
        var parameters = new LinkedHashMap<String, List<String>>();
        put(parameters, "provenance", query.provenances().stream().map(Provenance::label).toList());
        put(parameters, "model", everyModel ? List.of(ALL) : query.models());
        put(parameters, "suite", query.suites());
        put(parameters, "method", query.methods());
        put(parameters, "bits", query.bits().stream().sorted().map(BoardAddress::number).toList());
        put(parameters, "group-size", query.groupSizes().stream().map(String::valueOf).toList());
        put(parameters, "symmetric", query.symmetric() == null ? List.of() : List.of(query.symmetric().toString()));
        put(parameters, "towers", query.towers());
        put(parameters, "q", query.text().isEmpty() ? List.of() : List.of(query.text()));
        put(parameters, "task", query.tasks());
        put(parameters, RECOVERY, query.limits().leastRecovery() == null ? List.of() : List.of(number(query.limits().leastRecovery())));
        put(parameters, GIGABYTES, query.limits().mostBytes() == null ? List.of() : List.of(number(query.limits().mostBytes() / 1e9)));
        put(parameters, "best", query.limits().bestOnly() ? List.of("method") : List.of());
        put(parameters, "sort", query.sort().equals(SortColumn.RANK.label()) ? List.of() : List.of(query.sort()));
        put(parameters, "order", query.descending() ? List.of("desc") : List.of());
        put(parameters, "columns", tasks ? List.of("tasks") : List.of());
        put(parameters, "page", query.page() > 0 ? List.of(Integer.toString(query.page())) : List.of());
        put(parameters, "size", query.size() != PAGE_SIZE && query.size() != BoardQuery.ALL ? List.of(Integer.toString(query.size())) : List.of());
        return parameters;
    }

    private static void put(Map<String, List<String>> parameters, String name, Collection<String> values) {
        if (!values.isEmpty()) {
            parameters.put(name, values.stream().sorted().toList());
        }
    }

    private static Set<String> words(MultiValueMap<String, String> parameters, String name) {
        var words = new LinkedHashSet<String>();
        for (String value : parameters.getOrDefault(name, List.of())) {
            if (!value.isBlank() && !(name.equals("model") && value.equals(ALL))) {
                words.add(value);
            }
        }
        return words;
    }

    private static <T> Set<T> values(MultiValueMap<String, String> parameters, String name, Function<String, T> reader, String expected, Map<String, String> errors) {
        var values = new ArrayList<T>();
        for (String word : words(parameters, name)) {
            try {
                values.add(reader.apply(word));
            } catch (IllegalArgumentException e) {
                errors.put(name, "'" + word + "' is not " + expected);
            }
        }
        return new LinkedHashSet<>(values);
    }

    private static int number(MultiValueMap<String, String> parameters, String name, int usual, Map<String, String> errors) {
        return values(parameters, name, Integer::valueOf, "a whole number", errors).stream().findFirst().orElse(usual);
    }

    private static Limits limits(MultiValueMap<String, String> parameters, Map<String, String> errors) {
        Double recovery = values(parameters, RECOVERY, BoardAddress::notNegative, "a percentage, such as 99", errors).stream().findFirst().orElse(null);
        Double gigabytes = values(parameters, GIGABYTES, BoardAddress::notNegative, "a number of gigabytes, such as 8", errors).stream().findFirst().orElse(null);
        return new Limits(recovery, gigabytes == null ? null : Long.valueOf(Math.round(gigabytes * 1e9)), "method".equals(choice(parameters, "best", errors, "method")));
    }

    private static String choice(MultiValueMap<String, String> parameters, String name, Map<String, String> errors, String... allowed) {
        String word = first(parameters, name);
        if (!word.isBlank() && !List.of(allowed).contains(word)) {
            errors.put(name, "'" + word + "' is not " + String.join(" or ", allowed));
        }
        return word;
    }

    private static Double notNegative(String word) {
        double value = Double.parseDouble(word);
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(word);
        }
        return value;
    }

    private static Integer groupSize(String word) {
        int size = Integer.parseInt(word);
        if (size < 0) {
            throw new IllegalArgumentException(word);
        }
        return size;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString(Math.round(value)) : Double.toString(value);
    }

    private static Boolean truth(String word) {
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(word);
        };
    }

    /** Both or neither chosen filter nothing. */
    private static Boolean symmetric(Set<Boolean> chosen) {
        return chosen.size() == 1 ? chosen.iterator().next() : null;
    }

    private static String first(MultiValueMap<String, String> parameters, String name) {
        String value = parameters.getFirst(name);
        return value == null ? "" : value;
    }
}
