package org.bitrank.engine.statistics;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.statistics.LinearModel.Term;

/**
 * How much of the differences between observations goes with each factor.
 *
 * @param squares how the sums of squares are to be read
 * @param effects one for each factor, then one for each pair of factors if they are asked for
 * @param observations how many went in
 * @param residualSquares what is left
 * @param residualFreedom its degrees of freedom, at least 1
 * @param totalSquares about the mean
 * @param checks what the p-values stand on, and whether it holds
 */
public record AnalysisOfVariance(
        SumsOfSquares squares,
        List<Effect> effects,
        int observations,
        double residualSquares,
        int residualFreedom,
        double totalSquares,
        List<AssumptionCheck> checks) {

    public enum SumsOfSquares {
        /** Each term after all others that do not contain it: the factor's part when the others' parts are taken off. */
        TYPE_II,
        /** Each term after all others, those that contain it too. */
        TYPE_III
    }

    /**
     * @param term {@code method}, or {@code method × bits} for an interaction
     * @param freedom 0 where the design cannot tell this term from the others; the figures are NaN then
     * @param etaSquared share of the total sum of squares
     * @param partialEtaSquared share of what this term and the residuals have together
     * @param omegaSquared the share of variance, estimated without the bias of η²; may come out slightly below zero
     */
    public record Effect(
            String term,
            double sumOfSquares,
            int freedom,
            double f,
            double pValue,
            double etaSquared,
            double partialEtaSquared,
            double omegaSquared) {}

    /** Share of the total sum of squares that the whole model explains. */
    public double explained() {
        return 1 - residualSquares / totalSquares;
    }

    /**
     * @param values one for each observation
     * @param factors each with at least two levels
     * @param interactions whether pairs of factors may have an effect of their own
     * @throws IllegalArgumentException where nothing is left to estimate the error from
     */
    public static AnalysisOfVariance of(double[] values, List<Factor> factors, boolean interactions, SumsOfSquares squares) {
        List<Term> terms = interactions ? LinearModel.withPairs(factors.size()) : LinearModel.mainEffects(factors.size());
        return of(values, factors, terms, squares);
    }

    private static AnalysisOfVariance of(double[] values, List<Factor> factors, List<Term> terms, SumsOfSquares squares) {
        var full = new LinearModel(values, factors, terms);
        if (full.residualFreedom() < 1) {
            throw new IllegalArgumentException("%d observations for %d coefficients".formatted(values.length, full.rank()));
        }
        double total = new LinearModel(values, factors, List.of()).residualSquares();
        double meanSquare = full.residualSquares() / full.residualFreedom();
        var effects = new ArrayList<Effect>();
        for (Term term : terms) {
            var without = new ArrayList<Term>();
            for (Term other : terms) {
                boolean kept = squares == SumsOfSquares.TYPE_II ? !other.contains(term) : !other.equals(term);
                if (kept) {
                    without.add(other);
                }
            }
            var with = new ArrayList<>(without);
            with.add(term);
            var smaller = new LinearModel(values, factors, without);
            LinearModel larger = with.size() == terms.size() ? full : new LinearModel(values, factors, with);
            double sum = Math.max(0, smaller.residualSquares() - larger.residualSquares());
            int freedom = larger.rank() - smaller.rank();
            effects.add(effect(name(term, factors), sum, freedom, full, meanSquare, total));
        }
        return new AnalysisOfVariance(squares, List.copyOf(effects), values.length, full.residualSquares(), full.residualFreedom(),
                total, AssumptionCheck.of(full.residuals(), factors));
    }

    private static Effect effect(String name, double sum, int freedom, LinearModel full, double meanSquare, double total) {
        if (freedom == 0) {
            return new Effect(name, 0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        }
        double f = sum / freedom / meanSquare;
        return new Effect(name, sum, freedom, f, Tails.f(f, freedom, full.residualFreedom()), sum / total, sum / (sum + full.residualSquares()),
                (sum - freedom * meanSquare) / (total + meanSquare));
    }

    private static String name(Term term, List<Factor> factors) {
        return String.join(" × ", term.factors().stream().map(factor -> factors.get(factor).name()).toList());
    }
}
