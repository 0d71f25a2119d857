package org.bitrank.web.analyses;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bitrank.engine.statistics.AnalysisOfVariance.Effect;
import org.bitrank.engine.statistics.AssumptionCheck;
import org.bitrank.engine.statistics.TukeyComparison;
import org.bitrank.service.analysis.FactorStudy;
import org.bitrank.service.analysis.FactorStudy.LevelMean;
import org.bitrank.service.analysis.RowFactor;
import org.bitrank.web.chart.IntervalPlot;
import org.bitrank.web.words.Figures;
import org.bitrank.web.words.MethodNames;
import org.bitrank.web.words.PValue;

/** The study of factors as the template shows it. */
record FactorsPage(
        RowSet set, List<FactorChoice> choices, boolean interactions, int rows, long others, String protocol, String reason, String verdict,
        List<EffectLine> effects, String explained, List<AssumptionCheck> checks, List<FactorPart> parts) {
    record FactorChoice(String value, String label, boolean chosen) {}

    /** @param freedom degrees of freedom */
    record EffectLine(String term, String share, double width, String partial, String f, String freedom, String p, boolean significant) {}

    /** One factor: the mean of each of its levels, and all pairs of levels. */
    record FactorPart(String name, String means, String meansNarrow, List<LevelLine> levels, String pairs, String pairsNarrow, List<PairLine> comparisons, long undrawn) {}

    record LevelLine(String level, int rows, String mean, String interval) {}

    record PairLine(String pair, String difference, String interval, String p, boolean significant) {}

    private static final int MOST_PAIRS = 24;
    private static final double LEVEL = 0.05;

    static FactorsPage of(RowSet set, Set<RowFactor> asked, boolean interactions, FactorStudy study, String protocol) {
        var effects = new ArrayList<EffectLine>();
        var parts = new ArrayList<FactorPart>();
        if (study.table() != null) {
            study.table().effects().forEach(effect -> effects.add(line(effect)));
            effects.add(new EffectLine("left over", Figures.percent(1 - study.table().explained(), 1), 1 - study.table().explained(), "", "",
                    Integer.toString(study.table().residualFreedom()), "", false));
        }
        for (int i = 0; i < study.levels().size(); i++) {
            parts.add(part(study.factors().get(i).label(), study.levels().get(i), study.comparisons().isEmpty() ? List.of() : study.comparisons().get(i), set.measure()));
        }
        return new FactorsPage(
                set,
                List.of(RowFactor.values()).stream().map(factor -> new FactorChoice(value(factor), factor.label(), asked.contains(factor))).toList(),
                interactions, study.rows(), set.others(), protocol, study.reason(), verdict(study), effects,
                study.table() == null ? null : Figures.percent(study.table().explained(), 0),
                study.table() == null ? List.of() : study.table().checks(), parts);
    }

    static String value(RowFactor factor) {
        return factor.label().replace(' ', '-');
    }

    private static EffectLine line(Effect effect) {
        boolean known = effect.freedom() > 0;
        return new EffectLine(
                effect.term(), known ? Figures.percent(effect.etaSquared(), 1) : Figures.ABSENT, known ? Math.clamp(effect.etaSquared(), 0, 1) : 0,
                known ? Figures.percent(effect.partialEtaSquared(), 1) : Figures.ABSENT, known ? Figures.significant(effect.f()) : Figures.ABSENT,
                Integer.toString(effect.freedom()), known ? PValue.of(effect.pValue()) : Figures.ABSENT, known && effect.pValue() < LEVEL);
    }

    private static String verdict(FactorStudy study) {
        if (study.table() == null) {
            return null;
        }
        List<Effect> sure = study.table().effects().stream().filter(effect -> effect.freedom() > 0 && effect.pValue() < LEVEL)
                .sorted(Comparator.comparingDouble(Effect::etaSquared).reversed()).toList();
        String rows = Figures.count(study.rows(), "row", "rows");
        if (sure.isEmpty()) {
            return "Over " + rows + " no factor makes a difference that chance could not make.";
        }
        var parts = new ArrayList<String>();
        sure.forEach(effect -> parts.add(effect.term() + " " + Figures.percent(effect.etaSquared(), 0) + " %"));
        return "Of what differs between " + rows + ", " + (parts.size() == 1 ? parts.getFirst() + " goes" : String.join(", ", parts) + " go")
                + (parts.size() == 1 ? " with it alone." : " with one factor each, the others held equal.");
    }

    private static FactorPart part(String name, List<LevelMean> levels, List<TukeyComparison> pairs, String measure) {
        UnaryOperator<String> words = level -> name.equals(RowFactor.METHOD.label()) ? MethodNames.of(level) : level;
        List<IntervalPlot.Line> means = levels.stream().map(level -> new IntervalPlot.Line(
                words.apply(level.level()) + " (" + level.values().size() + ")", level.mean(), level.low() == null ? Double.NaN : level.low(),
                level.high() == null ? Double.NaN : level.high(), "plain")).toList();
        String meanWords = "Mean of each level of " + name + ": " + String.join("; ", levels.stream().map(level -> words.apply(level.level()) + " " + Figures.significant(level.mean())).toList());
        List<TukeyComparison> largest = pairs.stream().sorted(Comparator.comparingDouble((TukeyComparison pair) -> Math.abs(pair.difference())).reversed()).limit(MOST_PAIRS).toList();
        List<IntervalPlot.Line> drawn = largest.stream().map(pair -> new IntervalPlot.Line(
                words.apply(pair.second()) + " − " + words.apply(pair.first()), pair.difference(), pair.low(), pair.high(), pair.pValue() < LEVEL ? "out" : "in")).toList();
        String pairWords = "Differences between levels of " + name + " with Tukey's 95 % intervals; " + largest.stream().filter(pair -> pair.pValue() < LEVEL).count() + " of " + drawn.size() + " do not hold zero";
        return new FactorPart(
                name,
                IntervalPlot.draw(means, measure, meanWords, false, true), IntervalPlot.draw(means, measure, meanWords, false, false),
                levels.stream().map(FactorsPage::line).toList(),
                drawn.isEmpty() ? null : IntervalPlot.draw(drawn, "difference", pairWords, true, true), drawn.isEmpty() ? null : IntervalPlot.draw(drawn, "difference", pairWords, true, false),
                pairs.stream().map(pair -> new PairLine(
                        words.apply(pair.second()) + " − " + words.apply(pair.first()), Figures.significant(pair.difference()),
                        Figures.significant(pair.low()) + " to " + Figures.significant(pair.high()), PValue.of(pair.pValue()), pair.pValue() < LEVEL)).toList(),
                pairs.size() - drawn.size());
    }

    private static LevelLine line(LevelMean level) {
        return new LevelLine(level.level(), level.values().size(), Figures.significant(level.mean()),
                level.low() == null ? "one row, no interval" : Figures.significant(level.low()) + " to " + Figures.significant(level.high()));
    }
}
