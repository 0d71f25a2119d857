package org.bitrank.service.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.bitrank.engine.statistics.AnalysisOfVariance;
import org.bitrank.engine.statistics.AnalysisOfVariance.SumsOfSquares;
import org.bitrank.engine.statistics.Estimate;
import org.bitrank.engine.statistics.Factor;
import org.bitrank.engine.statistics.PairedDifference;
import org.bitrank.engine.statistics.TieLetters;
import org.bitrank.engine.statistics.TukeyComparison;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;

/**
 * Which factors a score goes with, over the quantized ones of some rows. A perplexity enters as its logarithm, nats a token,
 * in which differences add up and a collapsed row does not drown the others.
 *
 * @param score {@code task.metric}
 * @param unit {@code nats/token} for perplexities, else {@code value}
 * @param rows that had the score and went in
 * @param factors that have at least two levels among them, in the order of {@link RowFactor}
 * @param table null where {@code reason} is not
 * @param comparisons pairs of levels of each factor, in the order of {@code factors}
 * @param levels of each factor, in the order of {@code factors}
 * @param reason why there is no table, in words; null where there is one
 */
public record FactorStudy(
        String score,
        String unit,
        int rows,
        List<RowFactor> factors,
        AnalysisOfVariance table,
        List<List<TukeyComparison>> comparisons,
        List<List<LevelMean>> levels,
        String reason) {
    private static final int MOST_COEFFICIENTS = 300;
    private static final double LEVEL = 0.05;

    /**
     * A level's rows, other factors left as they are.
     *
     * @param low lower end of the mean's 95 % interval; null for a single row
     * @param values of the rows, for a plot
     * @param letters levels that share one cannot be told apart by Tukey's comparisons, from the largest marginal mean on; empty
     *     without a table
     */
    public record LevelMean(String level, double mean, Double low, Double high, List<Double> values, String letters) {
        LevelMean withLetters(String letters) {
            return new LevelMean(level, mean, low, high, values, letters);
        }
    }

    /**
     * @param rows unquantized ones and ones without the score are left out
     * @param score {@code task.metric}
     * @param asked the factors to look at; those with a single level fall away
     * @param interactions whether pairs of factors may have an effect of their own
     */
    public static FactorStudy of(List<ResultRow> rows, String score, Set<RowFactor> asked, boolean interactions, SumsOfSquares squares) {
        var used = new ArrayList<ResultRow>();
        var numbers = new ArrayList<Double>();
        String unit = "value";
        for (ResultRow row : rows) {
            Score found = row.score(score);
            if (row.unquantized() || found == null || found.value() == null || !Double.isFinite(found.value())) {
                continue;
            }
            used.add(row);
            numbers.add(found.perplexity() ? Math.log(found.value()) : found.value());
            unit = found.perplexity() ? "nats/token" : "value";
        }
        double[] values = numbers.stream().mapToDouble(Double::doubleValue).toArray();
        var kept = new ArrayList<RowFactor>();
        var factors = new ArrayList<Factor>();
        for (RowFactor factor : RowFactor.values()) {
            Factor candidate = factor(factor, used);
            if (asked.contains(factor) && candidate.levels().size() > 1) {
                kept.add(factor);
                factors.add(candidate);
            }
        }
        var levels = new ArrayList<List<LevelMean>>();
        factors.forEach(factor -> levels.add(means(factor, values)));
        String reason = reason(values, factors, interactions);
        if (reason != null) {
            return new FactorStudy(score, unit, values.length, List.copyOf(kept), null, List.of(), List.copyOf(levels), reason);
        }
        try {
            AnalysisOfVariance table = AnalysisOfVariance.of(values, factors, interactions, squares);
            var comparisons = new ArrayList<List<TukeyComparison>>();
            for (int i = 0; i < factors.size(); i++) {
                comparisons.add(TukeyComparison.of(values, factors, i, interactions));
                levels.set(i, withLetters(levels.get(i), comparisons.get(i)));
            }
            return new FactorStudy(score, unit, values.length, List.copyOf(kept), table, List.copyOf(comparisons), List.copyOf(levels), null);
        } catch (IllegalArgumentException tooFew) {
            return new FactorStudy(score, unit, values.length, List.copyOf(kept), null, List.of(), List.copyOf(levels),
                    "There are as many effects to estimate as rows (%s): nothing is left to tell them from chance.".formatted(tooFew.getMessage()));
        }
    }

    private static String reason(double[] values, List<Factor> factors, boolean interactions) {
        if (values.length == 0) {
            return "No quantized row has this score.";
        }
        if (factors.isEmpty()) {
            return "All rows agree in every factor, so there is nothing to compare.";
        }
        if (java.util.Arrays.stream(values).distinct().count() == 1) {
            return "All rows have the same value.";
        }
        long coefficients = 1;
        for (int i = 0; i < factors.size(); i++) {
            int own = factors.get(i).levels().size() - 1;
            coefficients += own;
            for (int j = i + 1; interactions && j < factors.size(); j++) {
                coefficients += (long) own * (factors.get(j).levels().size() - 1);
            }
        }
        return coefficients <= MOST_COEFFICIENTS
                ? null
                : String.format(Locale.ROOT, "%d effects are too many for one table; narrow the rows or leave interactions out.", coefficients);
    }

    private static Factor factor(RowFactor factor, List<ResultRow> rows) {
        List<String> values = rows.stream().map(factor::level).toList();
        var levels = new TreeSet<>(factor.order().thenComparing(java.util.Comparator.naturalOrder()));
        levels.addAll(values);
        return new Factor(factor.label(), values, List.copyOf(levels));
    }

    private static List<LevelMean> means(Factor factor, double[] values) {
        var means = new ArrayList<LevelMean>();
        for (String level : factor.levels()) {
            var own = new ArrayList<Double>();
            for (int i = 0; i < values.length; i++) {
                if (factor.values().get(i).equals(level)) {
                    own.add(values[i]);
                }
            }
            double[] plain = own.stream().mapToDouble(Double::doubleValue).toArray();
            PairedDifference interval = PairedDifference.of(new double[plain.length], plain);
            means.add(new LevelMean(level, Estimate.mean(plain), known(interval.low()), known(interval.high()), List.copyOf(own), ""));
        }
        return List.copyOf(means);
    }

    private static List<LevelMean> withLetters(List<LevelMean> levels, List<TukeyComparison> comparisons) {
        List<String> names = levels.stream().map(LevelMean::level).toList();
        var distinct = new boolean[levels.size()][levels.size()];
        // How far a level's marginal mean is above the others' on average; the raw means may lie otherwise.
        var positions = new double[levels.size()];
        for (TukeyComparison comparison : comparisons) {
            int first = names.indexOf(comparison.first());
            int second = names.indexOf(comparison.second());
            positions[first] -= comparison.difference() / levels.size();
            positions[second] += comparison.difference() / levels.size();
            distinct[first][second] = comparison.pValue() < LEVEL;
            distinct[second][first] = distinct[first][second];
        }
        List<String> letters = TieLetters.of(positions, (one, other) -> !distinct[one][other]);
        var marked = new ArrayList<LevelMean>();
        for (int i = 0; i < levels.size(); i++) {
            marked.add(levels.get(i).withLetters(letters.get(i)));
        }
        return List.copyOf(marked);
    }

    private static Double known(double value) {
        return Double.isNaN(value) ? null : (Double) value;
    }
}
