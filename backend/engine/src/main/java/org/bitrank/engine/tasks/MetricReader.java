package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.bitrank.engine.NearNames;
import org.bitrank.kernels.BitRankException;

/** Reads {@code metric_list}. */
final class MetricReader {
    /** What a metric is when a task file names it and says no more. */
    private record Usual(Aggregation aggregation, boolean higherIsBetter) {}

    private static final Map<String, Usual> USUAL = new TreeMap<>(Map.ofEntries(
            Map.entry("acc", new Usual(Aggregation.MEAN, true)),
            Map.entry("acc_norm", new Usual(Aggregation.MEAN, true)),
            Map.entry("acc_bytes", new Usual(Aggregation.MEAN, true)),
            Map.entry("acc_mutual_info", new Usual(Aggregation.MEAN, true)),
            Map.entry("f1", new Usual(Aggregation.F1, true)),
            Map.entry("mcc", new Usual(Aggregation.MATTHEWS, true)),
            Map.entry("exact_match", new Usual(Aggregation.MEAN, true)),
            Map.entry("anls", new Usual(Aggregation.MEAN, true)),
            Map.entry("brier_score", new Usual(Aggregation.BRIER, false)),
            Map.entry("perplexity", new Usual(Aggregation.PERPLEXITY, false)),
            Map.entry("word_perplexity", new Usual(Aggregation.WEIGHTED_PERPLEXITY, false)),
            Map.entry("byte_perplexity", new Usual(Aggregation.WEIGHTED_PERPLEXITY, false)),
            Map.entry("bits_per_byte", new Usual(Aggregation.BITS_PER_BYTE, false))));

    /** Not part of the language: what output types and functions stand for. */
    private static final Set<Aggregation> OWN = EnumSet.of(Aggregation.WINDOW_PERPLEXITY, Aggregation.BIAS, Aggregation.AMBIGUOUS_BIAS);

    private final String where;
    private final OutputType outputType;
    private final boolean ownResults;
    private final TaskFunctions functions;

    /** @param ownResults the task computes its metrics with a function, under any names */
    MetricReader(String where, OutputType outputType, boolean ownResults, TaskFunctions functions) {
        this.functions = functions;
        this.where = where;
        this.outputType = outputType;
        this.ownResults = ownResults;
    }

    List<MetricDefinition> read(Object raw) {
        if (outputType == OutputType.TOKEN_WINDOWS) {
            return List.of(new MetricDefinition("perplexity", Aggregation.WINDOW_PERPLEXITY, false, null));
        }
        var metrics = new ArrayList<MetricDefinition>();
        switch (raw) {
            case null -> known().forEach(name -> metrics.add(metric(Map.of("metric", name))));
            case List<?> list -> list.forEach(entry -> metrics.add(metric(entry)));
            default -> throw BitRankException.badInput(where + ": metric_list must be a list");
        }
        return metrics;
    }

    /** The metrics of an output type that a task gets when it names none. */
    private List<String> known() {
        return switch (outputType) {
            case LOGLIKELIHOOD -> List.of("perplexity", "acc");
            case LOGLIKELIHOOD_ROLLING -> List.of("word_perplexity", "byte_perplexity", "bits_per_byte");
            case MULTIPLE_CHOICE -> List.of("acc", "acc_norm");
            case GENERATE_UNTIL -> List.of("exact_match");
            case TOKEN_WINDOWS -> List.of("perplexity");
        };
    }

    private MetricDefinition metric(Object entry) {
        if (entry instanceof Map<?, ?> map && map.get("metric") instanceof YamlValues.FunctionName function) {
            throw BitRankException.unsupported(where + ": metric_list names the function '" + function.name()
                    + "', which BitRank does not have (Python code beside a task file is not run)");
        }
        if (!(entry instanceof Map<?, ?> map && map.get("metric") instanceof String name)) {
            throw BitRankException.badInput(where + ": every entry of metric_list needs the metric's name (metric: acc)");
        }
        if (Boolean.TRUE.equals(map.get("hf_evaluate"))) {
            throw BitRankException.unsupported(where + ": metrics of the evaluate library are not supported");
        }
        Usual usual = USUAL.get(name);
        if (usual == null && !ownResults) {
            throw BitRankException.unsupported("%s: the metric '%s' is %s".formatted(where, name, NearNames.unknown(name, USUAL.keySet())));
        }
        Usual assumed = usual == null ? new Usual(Aggregation.MEAN, true) : usual;
        boolean higher = map.get("higher_is_better") instanceof Boolean told ? told : assumed.higherIsBetter();
        return new MetricDefinition(name, aggregation(map.get("aggregation"), assumed), higher, matching(map));
    }

    private Aggregation aggregation(Object name, Usual usual) {
        if (name == null) {
            return usual.aggregation();
        }
        if (name instanceof YamlValues.FunctionName function) {
            return functions.aggregation(function.name(), "metric_list");
        }
        return Arrays.stream(Aggregation.values())
                .filter(aggregation -> aggregation.toString().equals(name) && !OWN.contains(aggregation))
                .findFirst()
                .orElseThrow(() -> BitRankException.unsupported(where + ": the aggregation '" + name
                        + "' is not there; known are mean, nanmean, median, f1, f1_ratio, precision, recall, matthews_corrcoef, all_of_group, points_by_category, perplexity, weighted_perplexity, bits_per_byte, brier_score"));
    }

    private TextMatching matching(Map<?, ?> map) {
        var ignored = new ArrayList<Pattern>();
        if (map.get("regexes_to_ignore") instanceof List<?> expressions) {
            for (Object expression : expressions) {
                try {
                    ignored.add(PythonPattern.compile(String.valueOf(expression)));
                } catch (PatternSyntaxException e) {
                    throw BitRankException.badInput(where + ": " + e.getDescription() + " in '" + expression + "'", e);
                }
            }
        }
        return new TextMatching(
                ignored,
                Boolean.TRUE.equals(map.get("ignore_case")),
                Boolean.TRUE.equals(map.get("ignore_punctuation")),
                Boolean.TRUE.equals(map.get("ignore_numbers")));
    }
}
