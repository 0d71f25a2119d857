package org.bitrank.engine.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Two levels of a factor, with the whole factor's pairs counted in (Tukey's honest significant difference; for unequal numbers
 * of observations as Kramer has it).
 *
 * @param difference of the levels' marginal means, second − first, all other factors held equal
 * @param standardError of the difference
 * @param low lower end of the interval that holds for all pairs together with 95 % confidence
 * @param high upper end
 * @param pValue adjusted for all pairs
 */
public record TukeyComparison(
        String first, String second, double difference, double standardError, double low, double high, double pValue) {
    private static final double CONFIDENCE = 0.95;

    /**
     * All pairs of levels of one factor that the design tells apart. With one factor it is the textbook's test.
     *
     * @param factor whose levels are compared, by its place in {@code factors}
     */
    public static List<TukeyComparison> of(double[] values, List<Factor> factors, int factor, boolean interactions) {
        var model = new LinearModel(
                values, factors, interactions ? LinearModel.withPairs(factors.size()) : LinearModel.mainEffects(factors.size()));
        if (model.residualFreedom() < 1) {
            throw new IllegalArgumentException("%d observations for %d coefficients".formatted(values.length, model.rank()));
        }
        List<String> levels = factors.get(factor).levels();
        var range = new StudentizedRange(levels.size(), model.residualFreedom());
        double critical = range.inverseCumulativeProbability(CONFIDENCE);
        double meanSquare = model.residualSquares() / model.residualFreedom();
        var pairs = new ArrayList<TukeyComparison>();
        for (int i = 0; i < levels.size(); i++) {
            for (int j = i + 1; j < levels.size(); j++) {
                LinearModel.Contrast contrast = model.contrast(factor, j, i);
                if (contrast != null) {
                    pairs.add(pair(levels.get(i), levels.get(j), contrast, meanSquare, range, critical));
                }
            }
        }
        return List.copyOf(pairs);
    }

    private static TukeyComparison pair(
            String first, String second, LinearModel.Contrast contrast, double meanSquare, StudentizedRange range, double critical) {
        double difference = contrast.difference();
        double error = Math.sqrt(meanSquare * contrast.variance());
        // The range is studentized by the deviation of one mean, of which a difference has √2.
        double half = critical * error / Math.sqrt(2);
        double pValue = error == 0 ? (difference == 0 ? 1 : 0) : range.upperTail(Math.abs(difference) / error * Math.sqrt(2));
        return new TukeyComparison(first, second, difference, error, difference - half, difference + half, pValue);
    }
}
