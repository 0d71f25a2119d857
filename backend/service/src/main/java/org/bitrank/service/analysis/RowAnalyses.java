package org.bitrank.service.analysis;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bitrank.engine.statistics.AnalysisOfVariance.SumsOfSquares;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail.BitsOfClass;
import org.bitrank.service.result.Rows;
import org.springframework.stereotype.Service;

@Service
class RowAnalyses implements Analyses {
    /** Publications name models by their parameters: {@code 390M}, {@code 1.1B}. */
    private static final Pattern PARAMETERS = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([MB])\\b");

    private final Rows rows;
    /** Of measured rows, by id: read once, as rows never change. */
    private final Map<Long, Double> parameters = new ConcurrentHashMap<>();

    RowAnalyses(Rows rows) {
        this.rows = rows;
    }

    @Override
    public FactorStudy factors(
            Collection<Long> ids, String score, Set<RowFactor> factors, boolean interactions, SumsOfSquares squares) {
        return FactorStudy.of(rows.rows(withRepeats(ids)), score, factors, interactions, squares);
    }

    @Override
    public ScalingView scaling(Collection<Long> ids, String score, ScalingView.Size size) {
        return ScalingView.of(rows.rows(ids), score, size, size == ScalingView.Size.TOTAL_BITS ? RowAnalyses::totalBits : this::parameters);
    }

    /** Repeats with other seeds are what an analysis of variance can best tell chance from. */
    private Collection<Long> withRepeats(Collection<Long> ids) {
        Map<Long, String> keys = rows.repeatKeys();
        Set<String> asked = ids.stream().map(keys::get).filter(Objects::nonNull).collect(Collectors.toSet());
        var all = new TreeSet<>(ids);
        keys.forEach((id, key) -> {
            if (asked.contains(key)) {
                all.add(id);
            }
        });
        return all;
    }

    private static double totalBits(ResultRow row) {
        return row.bytes() == null ? Double.NaN : 8.0 * row.bytes();
    }

    private double parameters(ResultRow row) {
        return row.provenance() == Provenance.MEASURED ? parameters.computeIfAbsent(row.id(), this::counted) : parameters(row.model());
    }

    private double counted(long row) {
        return rows.detail(row)
                .map(detail -> (double) detail.bits().stream().mapToLong(BitsOfClass::elements).sum())
                .orElse(Double.NaN);
    }

    static double parameters(String model) {
        Matcher named = PARAMETERS.matcher(model);
        return named.find() ? Double.parseDouble(named.group(1)) * (named.group(2).equals("B") ? 1e9 : 1e6) : Double.NaN;
    }
}
