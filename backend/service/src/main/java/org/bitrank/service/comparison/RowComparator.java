package org.bitrank.service.comparison;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitrank.engine.statistics.Clusters;
import org.bitrank.engine.statistics.Holm;
import org.bitrank.service.comparison.ItemScores.Column;
import org.bitrank.service.comparison.ItemScores.Name;
import org.bitrank.service.comparison.RowsComparison.RowPair;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.RowDetail.NamedValue;
import org.bitrank.service.result.RowDetail.RecordsFile;
import org.bitrank.service.result.Rows;
import org.bitrank.service.result.Score;
import org.springframework.stereotype.Service;

@Service
class RowComparator implements Comparisons {
    /** What must agree besides the task itself; the names are those of a row's protocol. */
    private static final List<String> CONDITIONS = List.of("compute type", "back end", "BOS", "engine");

    private static final String WEIGHTS = "weights SHA-256";
    private static final String BASE_WEIGHTS = "base weights SHA-256";
    private static final int PAIRS_KEPT = 64;
    private static final int RECORDS_KEPT = 32;

    private record Pair(long first, long second) {}

    private record Records(long row, String task) {}

    private final Rows rows;
    private final Recent<Pair, RowPair> pairs = new Recent<>(PAIRS_KEPT);
    private final Recent<Records, ItemScores> records = new Recent<>(RECORDS_KEPT);

    RowComparator(Rows rows) {
        this.rows = rows;
    }

    @Override
    public RowsComparison compare(List<Long> ids) {
        if (ids.size() < 2 || ids.size() > MOST_ROWS || new HashSet<>(ids).size() < ids.size()) {
            throw new IllegalArgumentException("two to %d different rows can be compared, not %s".formatted(MOST_ROWS, ids));
        }
        var shown = new ArrayList<ResultRow>();
        ids.forEach(id -> rows.row(id).ifPresent(shown::add));
        var found = new ArrayList<RowPair>();
        for (int i = 0; i < ids.size(); i++) {
            for (int j = i + 1; j < ids.size(); j++) {
                var pair = new Pair(ids.get(i), ids.get(j));
                found.add(pairs.get(pair, () -> compare(pair)));
            }
        }
        return corrected(shown, found);
    }

    private static RowsComparison corrected(List<ResultRow> shown, List<RowPair> found) {
        double[] pValues = found.stream()
                .flatMap(pair -> pair.metrics().stream())
                .filter(metric -> metric.main() && metric.pValue() != null)
                .mapToDouble(MetricPair::pValue)
                .toArray();
        double[] adjusted = Holm.adjusted(pValues);
        int next = 0;
        var corrected = new ArrayList<RowPair>();
        for (RowPair pair : found) {
            var metrics = new ArrayList<MetricPair>();
            for (MetricPair metric : pair.metrics()) {
                metrics.add(metric.main() && metric.pValue() != null ? metric.withAdjusted(adjusted[next++]) : metric);
            }
            corrected.add(new RowPair(pair.first(), pair.second(), List.copyOf(metrics), pair.reasons()));
        }
        return new RowsComparison(List.copyOf(shown), List.copyOf(corrected), pValues.length);
    }

    private RowPair compare(Pair pair) {
        Optional<RowDetail> first = rows.detail(pair.first);
        Optional<RowDetail> second = rows.detail(pair.second);
        var reasons = new ArrayList<String>();
        var metrics = new ArrayList<MetricPair>();
        if (isMeasured(first, pair.first, reasons) && isMeasured(second, pair.second, reasons)) {
            Map<String, Path> firstFiles = rows.records(pair.first);
            Map<String, Path> secondFiles = rows.records(pair.second);
            for (RecordsFile file : first.get().records()) {
                String reason = difference(first.get(), second.get(), file.task());
                if (reason != null) {
                    reasons.add(file.task() + ": " + reason);
                } else if (!firstFiles.containsKey(file.task()) || !secondFiles.containsKey(file.task())) {
                    reasons.add(file.task() + ": the records of its items are gone");
                } else {
                    var one = new Measured(first.get().row(), scores(pair.first, file.task(), firstFiles));
                    var two = new Measured(second.get().row(), scores(pair.second, file.task(), secondFiles));
                    compare(one, two, file.task(), sameBase(first.get(), second.get()), metrics, reasons);
                }
            }
        }
        return new RowPair(pair.first, pair.second, List.copyOf(metrics), List.copyOf(reasons));
    }

    private static boolean isMeasured(Optional<RowDetail> detail, long id, List<String> reasons) {
        if (detail.isEmpty()) {
            reasons.add("row " + id + " is not there");
        } else if (detail.get().row().provenance() != Provenance.MEASURED) {
            reasons.add("row " + id + " is published; its items are not known");
        } else if (detail.get().records().isEmpty()) {
            reasons.add("row " + id + " has no records of its items");
        } else {
            return true;
        }
        return false;
    }

    /** Why the task's numbers of these rows are not comparable, or null. */
    private static String difference(RowDetail first, RowDetail second, String task) {
        Map<String, String> one = protocol(first);
        Map<String, String> two = protocol(second);
        if (!two.containsKey(task)) {
            return "only one of the rows has it";
        }
        if (!one.getOrDefault(task, "").equals(two.get(task))) {
            return "measured with other data, prompts, examples or limits";
        }
        for (String condition : CONDITIONS) {
            String mine = one.getOrDefault(condition, "");
            String other = two.getOrDefault(condition, "");
            if (!mine.equals(other)) {
                return "another " + condition + " (" + mine + ", " + other + ")";
            }
        }
        return null;
    }

    private static Map<String, String> protocol(RowDetail detail) {
        var values = new LinkedHashMap<String, String>();
        for (NamedValue value : detail.protocol()) {
            values.put(value.name(), value.value());
        }
        return values;
    }

    private static boolean sameBase(RowDetail first, RowDetail second) {
        return base(first).equals(base(second));
    }

    private static String base(RowDetail detail) {
        Map<String, String> protocol = protocol(detail);
        return protocol.getOrDefault(BASE_WEIGHTS, protocol.getOrDefault(WEIGHTS, ""));
    }

    /** A row and the figures of its items in one task. */
    private record Measured(ResultRow row, ItemScores items) {}

    private static void compare(
            Measured first, Measured second, String task, boolean sameBase, List<MetricPair> metrics, List<String> reasons) {
        for (Score score : first.row().scores()) {
            Score other = scoreLike(score, second.row());
            if (!score.task().equals(task) || other == null) {
                continue;
            }
            var name = new Name(score.metric(), score.filter());
            Column mine = first.items().columns().get(name);
            Column theirs = second.items().columns().get(name);
            if (mine == null || theirs == null) {
                continue;
            }
            if (!Arrays.equals(mine.documents(), theirs.documents())) {
                reasons.add(task + ": the rows answered other documents");
                return;
            }
            boolean windows = first.items().windows();
            if (windows && !sameBase) {
                reasons.add(task + ": perplexity a token says nothing between models that may have other tokens");
                return;
            }
            Figure figure = Figure.of(name, mine, windows);
            Figure otherFigure = Figure.of(name, theirs, windows);
            if (figure != null && otherFigure != null) {
                Clusters clusters = mine.clusters() == null ? Clusters.single(mine.values().length) : Clusters.of(mine.clusters());
                metrics.add(PairedMetric.of(score, other, figure, otherFigure, clusters));
            }
        }
    }

    private static Score scoreLike(Score score, ResultRow row) {
        for (Score other : row.scores()) {
            if (other.key().equals(score.key()) && other.filter().equals(score.filter())) {
                return other;
            }
        }
        return null;
    }

    private ItemScores scores(long row, String task, Map<String, Path> files) {
        return records.get(new Records(row, task), () -> ItemScores.read(files.get(task)));
    }
}
