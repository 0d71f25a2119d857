package org.bitrank.web.board;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.service.leaderboard.BoardQuery;
import org.bitrank.service.leaderboard.BoardQuery.Limits;
import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.leaderboard.BoardView;
import org.bitrank.service.leaderboard.BoardView.ProtocolGroup;
import org.bitrank.service.leaderboard.BoardView.ScoreColumn;
import org.bitrank.service.leaderboard.SortColumn;
import org.bitrank.service.result.Provenance;
import org.bitrank.web.chart.LossAgainstSize;
import org.bitrank.web.words.Figures;

/** The board as the template shows it. */
record BoardPage(
        BoardAddress address,
        String title,
        boolean published,
        List<Preset> presets,
        String answer,
        List<FacetGroup> facets,
        List<TaskChoice> tasks,
        long chosenFilters,
        List<Column> columns,
        List<Column> taskColumns,
        List<BoardLine> bases,
        List<BoardLine> lines,
        Picture picture,
        long total,
        List<ProtocolGroup> protocols,
        List<Suggestion> suggestions,
        int pages) {
    /** @param measure what the loss is; @param left rows that are not drawn */
    record Picture(String measure, String size, String wide, String narrow, long left) {}

    /** A filter that could be dropped when nothing matches. */
    record Suggestion(String name, String address) {}

    /** A task that quality, loss and rank can be made of. */
    record TaskChoice(String name, String label, boolean chosen) {
        static List<TaskChoice> of(BoardAddress address, List<ScoreColumn> columns) {
            List<String> names = columns.stream().map(ScoreColumn::task).distinct().toList();
            return names.size() < 2 ? List.of() : names.stream()
                    .map(name -> new TaskChoice(name, name.replace('_', ' '), address.query().tasks().contains(name)))
                    .toList();
        }
    }

    private static final Map<String, String> SUGGESTED = Map.of(
            "q", "words", "task", "chosen tasks", BoardAddress.RECOVERY, "what is kept at least", BoardAddress.GIGABYTES, "the most gigabytes", "best", "best per method");

    private static final int MOST_PROTOCOLS = 3;

    static final int MOST_POINTS = 200;

    static BoardPage of(List<Preset> presets, BoardAddress address, BoardView view, List<BoardView.Facet> unfiltered, List<BoardRow> drawn) {
        boolean published = address.query().provenances().contains(Provenance.PUBLISHED);
        List<ScoreColumn> tasks = address.tasks() || published ? view.columns() : List.of();
        List<BoardRow> all = new ArrayList<>(view.bases());
        all.addAll(view.rows());
        LossUnits units = LossUnits.of(all);
        String usual = view.protocols().stream().max(Comparator.comparingLong(ProtocolGroup::rows)).map(ProtocolGroup::key).orElse("");
        return new BoardPage(
                address,
                title(address, published),
                published,
                presets,
                presets.stream().filter(Preset::here).map(Preset::answer).filter(Objects::nonNull).findFirst().orElse(null),
                FacetGroup.of(view.facets(), unfiltered),
                published ? List.of() : TaskChoice.of(address, view.columns()),
                view.facets().stream().filter(facet -> !List.of("model", "suite", "provenance").contains(facet.name()))
                        .flatMap(facet -> facet.values().stream()).filter(BoardView.FacetValue::selected).count() + limits(address),
                Column.of(address, units.heading()),
                tasks.stream().map(task -> Column.column(address, task.key(), task.task().replace('_', ' '), "", task.metric().replace('_', ' '), task.higherIsBetter(), false, true)).toList(),
                view.bases().stream().map(row -> BoardLine.of(row, usual, units, tasks)).toList(),
                view.rows().stream().map(row -> BoardLine.of(row, usual, units, tasks)).toList(),
                address.query().models().size() == 1 ? picture(drawn, view.total()) : null,
                view.total(),
                view.protocols(),
                suggestions(address, view),
                (int) ((view.total() + address.query().size() - 1) / address.query().size()));
    }

    private static int limits(BoardAddress address) {
        Limits limits = address.query().limits();
        return (limits.leastRecovery() == null ? 0 : 1) + (limits.mostBytes() == null ? 0 : 1) + (limits.bestOnly() ? 1 : 0) + (address.query().tasks().isEmpty() ? 0 : 1);
    }

    private static String title(BoardAddress address, boolean published) {
        String models = address.query().models().isEmpty() ? "All models" : String.join(", ", address.query().models().stream().sorted().toList());
        return published ? models + ", as published" : models;
    }

    private static Picture picture(List<BoardRow> rows, long total) {
        String unit = LossUnits.usual(rows);
        // On text alone: where rows were shown pictures it says little of them.
        boolean divergence = rows.stream().anyMatch(row -> row.result().divergence() != null) && rows.stream().allMatch(row -> row.result().textSpeaks());
        // Of a model with parts, the unquantized ones may be most of the file.
        boolean bytes = rows.stream().anyMatch(row -> row.result().towers() != null);
        var size = bytes ? LossAgainstSize.Size.MEGABYTES : LossAgainstSize.Size.BITS;
        var points = new ArrayList<LossAgainstSize.Point>();
        for (BoardRow row : rows) {
            Double loss = divergence ? row.result().divergence()
                    : row.difference() == null || !row.difference().unit().equals(unit) ? null : Double.valueOf(row.difference().loss());
            Double at = bytes ? row.result().bytes() == null ? null : Double.valueOf(row.result().bytes() / 1e6) : row.result().effectiveBits();
            if (loss != null && at != null && Double.isFinite(loss)) {
                String words = (bytes ? Figures.megabytes(row.result().bytes()) + " MB, " : Figures.fixed(at, 2) + " bits, ") + (divergence ? "KL " + BoardLine.divergence(loss) : "loss " + Figures.signed(loss, 3));
                points.add(new LossAgainstSize.Point("row-" + row.id(), "/rows/" + row.id(), RowName.of(row.result()).chart(), words, at, loss));
            }
        }
        if (points.isEmpty()) {
            return null;
        }
        String measure = divergence ? "KL divergence to the base, nats a token" : "Loss to the base, " + LossUnits.words(unit);
        return new Picture(measure, size.words(), LossAgainstSize.draw(points, measure, size, true), LossAgainstSize.draw(points, measure, size, false), total - points.size());
    }

    private static List<Suggestion> suggestions(BoardAddress address, BoardView view) {
        if (view.total() > 0) {
            return List.of();
        }
        return address.parameters().keySet().stream()
                .filter(name -> !List.of("sort", "order", "columns", "page", "size").contains(name))
                .map(name -> new Suggestion(SUGGESTED.getOrDefault(name, name), address.without(name)))
                .toList();
    }

    public String leastRecovery() {
        return first(BoardAddress.RECOVERY);
    }

    public String mostGigabytes() {
        return first(BoardAddress.GIGABYTES);
    }

    private String first(String parameter) {
        return address.parameters().getOrDefault(parameter, List.of("")).getFirst();
    }

    /** The protocols in words, each once: some differ only in data or in the engine's build. */
    public List<String> protocolLines() {
        boolean several = protocols.stream().map(ProtocolGroup::model).distinct().count() > 1;
        Map<String, Long> lines = protocols.stream().collect(Collectors.groupingBy(
                group -> (several ? group.model() + " · " : "") + group.suite() + " · " + group.line(), LinkedHashMap::new, Collectors.counting()));
        return lines.entrySet().stream().limit(MOST_PROTOCOLS)
                .map(line -> line.getKey() + (line.getValue() == 1 ? "" : " · " + line.getValue() + " protocols with these words: their data or the engine's build differ, and each has its own ranks"))
                .toList();
    }

    /** The study of what makes these rows differ; null where they were measured in several ways. */
    public String factors() {
        BoardQuery query = address.query();
        if (published || query.suites().size() != 1 || query.models().size() > 1) {
            return null;
        }
        return "/studies/factors" + BoardAddress.text(Map.of("rows", List.of("measured/" + query.suites().iterator().next())))
                + query.models().stream().map(model -> BoardAddress.text(Map.of("model", List.of(model))).replace('?', '&')).findFirst().orElse("");
    }

    public String previous() {
        return address.query().page() == 0 ? null : "/" + address.paged(address.query().page() - 1).text();
    }

    public String next() {
        return address.query().page() + 1 >= pages ? null : "/" + address.paged(address.query().page() + 1).text();
    }

    public String csv() {
        return "/api/v1/results.csv" + address.paged(0).text();
    }

    public String json() {
        return "/api/v1/results.json" + address.paged(0).text();
    }

    public String otherColumns() {
        return "/" + address.withTasks(!address.tasks()).text();
    }

    /** Whether any line has something to say in this column. */
    public boolean shows(String column) {
        return switch (SortColumn.valueOf(column.toUpperCase(Locale.ROOT).replace('-', '_'))) {
            case PERPLEXITY -> says(line -> line.perplexity().text());
            case ACCURACY -> says(BoardLine::accuracy);
            case RECOVERY -> says(BoardLine::recovery);
            case DIVERGENCE -> says(BoardLine::divergence);
            case AGREEMENT -> says(BoardLine::agreement);
            case EFFECTIVE_BITS -> says(BoardLine::effectiveBits);
            case BYTES -> says(BoardLine::megabytes);
            case DECODE -> says(BoardLine::decode);
            default -> true;
        };
    }

    private boolean says(Function<BoardLine, String> cell) {
        return Stream.concat(bases.stream(), lines.stream()).anyMatch(line -> !cell.apply(line).equals(Figures.ABSENT));
    }
}
