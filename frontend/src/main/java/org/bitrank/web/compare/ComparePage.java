package org.bitrank.web.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bitrank.service.comparison.MetricPair;
import org.bitrank.service.comparison.RowsComparison;
import org.bitrank.service.comparison.RowsComparison.RowPair;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;
import org.bitrank.web.words.Figures;

/**
 * The comparison as the template shows it.
 *
 * @param problem why nothing is compared and what to do, or null
 * @param scores names of the tasks in the side-by-side table
 * @param choices rows that could be added, by model and protocol
 */
record ComparePage(String problem, List<ComparedRow> rows, List<String> scores, List<Pair> pairs, int tests, List<RowChoice.Group> choices) {
    /** @param reasons why something cannot be compared */
    record Pair(ComparedRow first, ComparedRow second, String verdict, String detectable, List<CompareLine> lines, List<String> reasons) {
        public boolean flips() {
            return lines.stream().anyMatch(line -> line.flips() != null);
        }
    }

    /** What is chosen for the second row while the first is the first: another one of the same kind, or null where there is none. */
    public Long second() {
        return choices.stream().filter(group -> group.rows().size() > 1).findFirst().map(group -> group.rows().get(1).id()).orElse(null);
    }

    static ComparePage asking(String problem, List<ResultRow> rows, List<RowChoice.Group> choices) {
        return new ComparePage(problem, compared(rows, List.of()), List.of(), List.of(), 0, choices);
    }

    static ComparePage of(List<ResultRow> rows, RowsComparison comparison, List<RowChoice.Group> choices) {
        var keys = new LinkedHashSet<String>();
        rows.forEach(row -> row.mainScores().stream().map(Score::key).forEach(keys::add));
        List<ComparedRow> compared = compared(rows, List.copyOf(keys));
        Map<Long, ComparedRow> byId = compared.stream().collect(Collectors.toMap(ComparedRow::id, row -> row));
        List<Pair> pairs = comparison.pairs().stream().map(pair -> pair(pair, byId)).toList();
        String problem = comparison.pairs().stream().allMatch(pair -> pair.metrics().isEmpty())
                ? "These rows cannot be compared: they were not measured in the same way on the same items. Choose rows of one model and one protocol."
                : null;
        return new ComparePage(problem, compared, keys.stream().map(key -> key.replace('_', ' ').replace(".", ", ")).toList(), pairs, comparison.tests(), choices);
    }

    private static List<ComparedRow> compared(List<ResultRow> rows, List<String> keys) {
        var compared = new ArrayList<ComparedRow>();
        for (int i = 0; i < rows.size(); i++) {
            ResultRow row = rows.get(i);
            String others = rows.stream().filter(other -> other != row).map(other -> "row=" + other.id()).collect(Collectors.joining("&", "/compare?", ""));
            compared.add(ComparedRow.of(row, Character.toString('A' + i), others, keys));
        }
        return compared;
    }

    private static Pair pair(RowPair pair, Map<Long, ComparedRow> rows) {
        ComparedRow first = rows.get(pair.first());
        ComparedRow second = rows.get(pair.second());
        return new Pair(first, second, verdict(pair, first, second), detectable(pair), CompareLine.of(pair, "difference " + second.letter() + " − " + first.letter()), joined(pair.reasons()));
    }

    /** Tasks that cannot be compared for the same reason in one sentence. */
    private static List<String> joined(List<String> reasons) {
        var tasks = new LinkedHashMap<String, List<String>>();
        for (String reason : reasons) {
            int colon = reason.indexOf(": ");
            tasks.computeIfAbsent(colon < 0 ? reason : reason.substring(colon + 2), key -> new ArrayList<>()).add(colon < 0 ? "" : reason.substring(0, colon));
        }
        return tasks.entrySet().stream().map(entry -> {
            String names = String.join(", ", entry.getValue());
            return names.isEmpty() ? entry.getKey() : names + ": " + entry.getKey();
        }).toList();
    }

    private static String verdict(RowPair pair, ComparedRow first, ComparedRow second) {
        List<MetricPair> main = pair.metrics().stream().filter(MetricPair::main).toList();
        if (main.isEmpty()) {
            return null;
        }
        long better = main.stream().filter(metric -> metric.significant() && metric.better()).count();
        long worse = main.stream().filter(metric -> metric.significant() && !metric.better()).count();
        String of = " of " + Figures.count(main.size(), "task", "tasks");
        if (better == 0 && worse == 0) {
            return second.letter() + " and " + first.letter() + " cannot be told apart on any" + of + ".";
        }
        var parts = new ArrayList<String>();
        if (better > 0) {
            parts.add("better than " + first.letter() + " on " + better);
        }
        if (worse > 0) {
            parts.add((better > 0 ? "worse on " : "worse than " + first.letter() + " on ") + worse);
        }
        long same = main.size() - better - worse;
        return second.letter() + " is " + String.join(" and ", parts) + of + (same == 0 ? "." : "; on the other " + same + " they cannot be told apart.");
    }

    /** What the widest of the shown accuracies could have missed, in words. */
    private static String detectable(RowPair pair) {
        MetricPair coarsest = null;
        for (MetricPair metric : pair.metrics()) {
            if (metric.main() && metric.unit().equals("share") && metric.detectable() != null && metric.detectable() > 0
                    && (coarsest == null || metric.detectable() > coarsest.detectable())) {
                coarsest = metric;
            }
        }
        return coarsest == null ? null
                : "How fine is this? On the %s of %s a true difference of %s points would be found four times in five; a smaller one may be there and not show."
                        .formatted(Figures.count(coarsest.items(), "item", "items"), coarsest.task(), Figures.fixed(100 * coarsest.detectable(), 1));
    }

    public List<String> facts() {
        return ComparedRow.FACTS;
    }
}
