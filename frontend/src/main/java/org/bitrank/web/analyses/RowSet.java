package org.bitrank.web.analyses;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.engine.NearNames;
import org.bitrank.service.leaderboard.BoardQuery;
import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.leaderboard.BoardView;
import org.bitrank.service.leaderboard.BoardView.Facet;
import org.bitrank.service.leaderboard.BoardView.FacetValue;
import org.bitrank.service.leaderboard.BoardView.ScoreColumn;
import org.bitrank.service.leaderboard.Leaderboard;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;
import org.bitrank.web.errors.InvalidFields;

/**
 * The rows that an analysis looks at: one suite measured here, or one publication, all models or one of them.
 *
 * @param sources what can be chosen, those with most rows first
 * @param score {@code task.metric}; null where no row has one
 * @param rows of every protocol, bases too
 */
record RowSet(List<Choice> sources, List<Choice> models, List<Choice> scores, Choice source, String model, String score, List<ResultRow> rows) {
    /** @param value as in an address */
    record Choice(String value, String label, long rows, boolean here) {}

    static final String ALL = "all";

    /** The same for programs: a name that is not there is refused, while a page shows what it takes instead in its choices. */
    static RowSet exactly(Leaderboard leaderboard, String source, String model, String score) {
        RowSet set = of(leaderboard, source, model, score);
        var errors = new TreeMap<String, String>();
        require("rows", source, set.sources, errors);
        // Where one model alone is there, all are that one.
        require("model", model.equals(ALL) ? "" : model, set.models, errors);
        require("score", score, set.scores, errors);
        if (!errors.isEmpty()) {
            throw new InvalidFields(errors);
        }
        return set;
    }

    private static void require(String parameter, String asked, List<Choice> choices, Map<String, String> errors) {
        List<String> known = choices.stream().map(Choice::value).toList();
        if (!asked.isEmpty() && !known.contains(asked)) {
            errors.put(parameter, "'%s' is %s".formatted(asked, known.isEmpty() ? "unknown; there are no rows" : NearNames.unknown(asked, known)));
        }
    }

    static RowSet of(Leaderboard leaderboard, String source, String model, String score) {
        List<Choice> sources = new ArrayList<>(sources(leaderboard, Provenance.MEASURED));
        sources.addAll(sources(leaderboard, Provenance.PUBLISHED));
        Choice chosen = sources.stream().filter(one -> one.value().equals(source)).findFirst().orElse(sources.isEmpty() ? null : sources.getFirst());
        if (chosen == null) {
            return new RowSet(List.of(), List.of(), List.of(), null, ALL, null, List.of());
        }
        Provenance provenance = Provenance.ofLabel(chosen.value().substring(0, chosen.value().indexOf('/')));
        String suite = chosen.value().substring(chosen.value().indexOf('/') + 1);
        BoardView every = leaderboard.view(query(provenance, Set.of(suite), Set.of()));
        List<Choice> models = new ArrayList<>();
        List<FacetValue> known = values(every, "model").stream().filter(value -> value.count() > 0).toList();
        if (known.size() > 1) {
            models.add(new Choice(ALL, "all models", every.total(), model.equals(ALL)));
        }
        known.forEach(value -> models.add(new Choice(value.value(), value.label(), value.count(), value.value().equals(model))));
        boolean named = known.stream().anyMatch(value -> value.value().equals(model));
        BoardView view = named ? leaderboard.view(query(provenance, Set.of(suite), Set.of(model))) : every;
        List<ScoreColumn> columns = view.columns().stream().sorted(Comparator.comparingLong(ScoreColumn::rows).reversed()).toList();
        String asked = columns.stream().map(ScoreColumn::key).filter(score::equals).findFirst()
                .orElse(columns.isEmpty() ? null : columns.getFirst().key());
        return new RowSet(
                sources.stream().map(one -> new Choice(one.value(), one.label(), one.rows(), one.value().equals(chosen.value()))).toList(),
                models,
                columns.stream().map(column -> new Choice(column.key(), words(column.key()), column.rows(), column.key().equals(asked))).toList(),
                chosen,
                named ? model : ALL,
                asked,
                Stream.concat(view.bases().stream(), view.rows().stream()).map(BoardRow::result).toList());
    }

    private static List<Choice> sources(Leaderboard leaderboard, Provenance provenance) {
        return values(leaderboard.view(query(provenance, Set.of(), Set.of())), "suite").stream()
                .filter(value -> value.count() > 0)
                .sorted(Comparator.comparingLong(FacetValue::count).reversed())
                .map(value -> new Choice(provenance.label() + "/" + value.value(), (provenance == Provenance.MEASURED ? "measured here: " : "published: ") + value.label(), value.count(), false))
                .toList();
    }

    private static List<FacetValue> values(BoardView view, String facet) {
        return view.facets().stream().filter(one -> one.name().equals(facet)).map(Facet::values).findFirst().orElse(List.of());
    }

    private static BoardQuery query(Provenance provenance, Set<String> suites, Set<String> models) {
        return new BoardQuery(models, Set.of(), Set.of(), Set.of(), suites, Set.of(provenance), null, "", "label", false, 0, BoardQuery.ALL);
    }

    static String words(String key) {
        return key.replace('_', ' ').replace(".", ", ");
    }

    /**
     * Quantized rows with the score that were measured in one way, the way of most of them: the same protocol in words, and for
     * each model the same in every detail.
     */
    List<ResultRow> alike() {
        List<ResultRow> line = mostly(scored(), ResultRow::protocolLine);
        return line.stream().collect(Collectors.groupingBy(ResultRow::model, LinkedHashMap::new, Collectors.toList())).values().stream()
                .flatMap(ofModel -> mostly(ofModel, ResultRow::protocolKey).stream())
                .toList();
    }

    private List<ResultRow> scored() {
        return rows.stream().filter(row -> score != null && !row.unquantized() && row.score(score) != null).toList();
    }

    private static List<ResultRow> mostly(List<ResultRow> rows, Function<ResultRow, String> key) {
        return rows.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList())).values().stream()
                .max(Comparator.comparingInt(List::size)).orElse(List.of());
    }

    /** Quantized rows with the score that were measured in other ways than {@link #alike}. */
    public long others() {
        return scored().size() - alike().size();
    }

    /** How the score is to be read, as it enters an analysis. */
    public String measure() {
        Score first = rows.stream().map(row -> score == null ? null : row.score(score)).filter(Objects::nonNull).findFirst().orElse(null);
        if (first == null) {
            return "";
        }
        return first.perplexity()
                ? "logarithm of the perplexity, nats a token; less is better"
                : words(score) + (first.higherIsBetter() ? "; more is better" : "; less is better");
    }
}
