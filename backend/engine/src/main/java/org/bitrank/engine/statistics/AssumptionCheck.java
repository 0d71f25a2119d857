package org.bitrank.engine.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Something that the p-values of an analysis of variance stand on.
 *
 * @param name {@code normal residuals}, {@code equal variances over method}
 * @param statistic Shapiro and Wilk's W, or Brown and Forsythe's F; NaN where there is too little to test
 * @param pValue of the test, NaN where there is none
 * @param holds whether the test found nothing against it at 5 %; true also where there is too little to test
 * @param words a sentence for the reader
 */
public record AssumptionCheck(String name, double statistic, double pValue, boolean holds, String words) {
    private static final double LEVEL = 0.05;

    /** Two values lie equally far from their median, so that pairs alone would look as if they had no spread in their spread. */
    private static final int ENOUGH = 3;

    static List<AssumptionCheck> of(double[] residuals, List<Factor> factors) {
        var checks = new ArrayList<AssumptionCheck>();
        checks.add(normality(residuals));
        for (Factor factor : factors) {
            checks.add(variances(residuals, factor));
        }
        return List.copyOf(checks);
    }

    private static AssumptionCheck normality(double[] residuals) {
        String name = "normal residuals";
        if (residuals.length < ShapiroWilk.FEWEST || residuals.length > ShapiroWilk.MOST) {
            return untested(name, "Whether residuals are normal was not tested: the test takes %d to %d values.".formatted(
                    ShapiroWilk.FEWEST, ShapiroWilk.MOST));
        }
        ShapiroWilk test = ShapiroWilk.of(residuals);
        boolean holds = test.pValue() >= LEVEL;
        return new AssumptionCheck(name, test.statistic(), test.pValue(), holds, String.format(Locale.ROOT, holds
                ? "Nothing speaks against normal residuals (Shapiro–Wilk W = %.3f, p = %.3g)."
                : "The residuals are not normal (Shapiro–Wilk W = %.3f, p = %.3g): p-values near the limit are not to be relied on.",
                test.statistic(), test.pValue()));
    }

    private static AssumptionCheck variances(double[] residuals, Factor factor) {
        String name = "equal variances over " + factor.name();
        var groups = new ArrayList<double[]>();
        int few = 0;
        for (String level : factor.levels()) {
            var group = new ArrayList<Double>();
            for (int i = 0; i < residuals.length; i++) {
                if (factor.values().get(i).equals(level)) {
                    group.add(residuals[i]);
                }
            }
            if (group.size() < ENOUGH) {
                few++;
            } else {
                groups.add(group.stream().mapToDouble(Double::doubleValue).toArray());
            }
        }
        if (groups.size() < 2) {
            return untested(name, "Whether variances are equal over %s was not tested: fewer than two levels have three observations.".formatted(
                    factor.name()));
        }
        BrownForsythe test = BrownForsythe.of(groups);
        boolean holds = test.pValue() >= LEVEL;
        String left = few == 0 ? "" : " Levels with fewer than three observations are left out: %d.".formatted(few);
        return new AssumptionCheck(name, test.statistic(), test.pValue(), holds, String.format(Locale.ROOT, holds
                ? "Nothing speaks against equal variances over %s (Brown–Forsythe F = %.3f, p = %.3g).%s"
                : "Variances differ over %s (Brown–Forsythe F = %.3f, p = %.3g): levels with wide spread make narrow ones look less sure.%s",
                factor.name(), test.statistic(), test.pValue(), left));
    }

    private static AssumptionCheck untested(String name, String words) {
        return new AssumptionCheck(name, Double.NaN, Double.NaN, true, words);
    }
}
