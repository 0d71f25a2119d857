package org.bitrank.engine.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bitrank.engine.statistics.ReferenceValues.assertClose;
import static org.bitrank.engine.statistics.ReferenceValues.cases;
import static org.bitrank.engine.statistics.ReferenceValues.factors;
import static org.bitrank.engine.statistics.ReferenceValues.numbers;

import java.util.List;
import org.bitrank.engine.statistics.AnalysisOfVariance.Effect;
import org.bitrank.engine.statistics.AnalysisOfVariance.SumsOfSquares;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AnalysisOfVarianceTest {
    @Test
    void tablesAreThoseOfStatsmodels() {
        for (JsonNode row : cases("anova")) {
            SumsOfSquares squares = row.get("type").intValue() == 2 ? SumsOfSquares.TYPE_II : SumsOfSquares.TYPE_III;
            List<Factor> factors = factors(row);
            var found = AnalysisOfVariance.of(numbers(row.get("values")), factors, row.get("interactions").booleanValue(), squares);
            assertClose(found.residualSquares(), row.get("residual"));
            assertClose(found.totalSquares(), row.get("total"));
            assertThat(found.residualFreedom()).isEqualTo(row.get("residualFreedom").intValue());
            assertThat(found.effects()).hasSize(row.get("effects").size());
            for (int i = 0; i < found.effects().size(); i++) {
                assertEffect(found.effects().get(i), row.get("effects").get(i));
            }
            assertClose(found.checks().getFirst().pValue(), row.get("shapiro"), 1e-6);
            for (int i = 0; i < factors.size(); i++) {
                assertClose(found.checks().get(i + 1).pValue(), row.get("brownForsythe").get(i));
            }
        }
    }

    private static void assertEffect(Effect found, JsonNode wanted) {
        assertClose(found.sumOfSquares(), wanted.get("sumOfSquares"));
        assertThat(found.freedom()).isEqualTo(wanted.get("freedom").intValue());
        assertClose(found.f(), wanted.get("f"));
        assertClose(found.pValue(), wanted.get("pValue"));
        assertClose(found.etaSquared(), wanted.get("eta"));
        assertClose(found.partialEtaSquared(), wanted.get("partialEta"));
        assertClose(found.omegaSquared(), wanted.get("omega"));
    }

    @Test
    void factorsThatAlwaysGoTogetherAreNotToldApart() {
        var method = Factor.of("method", List.of("a", "a", "b", "b", "b"));
        var group = Factor.of("group", List.of("64", "64", "128", "128", "128"));
        double[] losses = {1, 1.1, 2, 2.2, 2.1};
        var found = AnalysisOfVariance.of(losses, List.of(method, group), false, SumsOfSquares.TYPE_II);
        assertThat(found.effects()).extracting(Effect::freedom).containsExactly(0, 0);
        assertThat(found.residualFreedom()).isEqualTo(3);
        assertThat(TukeyComparison.of(losses, List.of(method, group), 0, false)).isEmpty();
    }

    @Test
    void anErrorNeedsObservationsToSpare() {
        var method = Factor.of("method", List.of("a", "b"));
        assertThatThrownBy(() -> AnalysisOfVariance.of(new double[] {1, 2}, List.of(method), false, SumsOfSquares.TYPE_II))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatCannotBeTestedIsSaid() {
        var method = Factor.of("method", List.of("a", "a", "b", "b", "c"));
        var found = AnalysisOfVariance.of(new double[] {1, 1.2, 2, 2.5, 3}, List.of(method), false, SumsOfSquares.TYPE_II);
        assertThat(found.checks()).extracting(AssumptionCheck::words)
                .contains("Whether variances are equal over method was not tested: fewer than two levels have three observations.");
    }

    @Test
    void pairsOfLevelsAreTukeys() {
        for (JsonNode row : cases("tukey")) {
            List<TukeyComparison> found =
                    TukeyComparison.of(numbers(row.get("values")), factors(row), row.get("factor").intValue(), false);
            assertThat(found).hasSize(row.get("pairs").size());
            for (int i = 0; i < found.size(); i++) {
                JsonNode wanted = row.get("pairs").get(i);
                assertThat(found.get(i).first()).isEqualTo(wanted.get("first").stringValue());
                assertThat(found.get(i).second()).isEqualTo(wanted.get("second").stringValue());
                // SciPy finds its quantiles to about seven digits.
                assertThat(Math.abs(found.get(i).difference())).isCloseTo(Math.abs(wanted.get("difference").doubleValue()), within(1e-9));
                assertClose(found.get(i).pValue(), wanted.get("pValue"), 1e-8);
                assertClose(found.get(i).low(), wanted.get("low"), 1e-6);
                assertClose(found.get(i).high(), wanted.get("high"), 1e-6);
            }
        }
    }

    @Test
    void studentizedRangesAreThoseOfSciPy() {
        for (JsonNode row : cases("range")) {
            var range = new StudentizedRange(row.get("groups").intValue(), row.get("freedom").intValue());
            assertClose(range.cumulativeProbability(row.get("range").doubleValue()), row.get("cumulative"), 1e-8);
        }
        for (JsonNode row : cases("rangeQuantiles")) {
            var range = new StudentizedRange(row.get("groups").intValue(), row.get("freedom").intValue());
            assertClose(range.inverseCumulativeProbability(row.get("probability").doubleValue()), row.get("quantile"), 1e-6);
        }
    }

    @Test
    void normalityIsShapirosAndWilks() {
        for (JsonNode row : cases("normality")) {
            ShapiroWilk found = ShapiroWilk.of(numbers(row.get("values")));
            assertClose(found.statistic(), row.get("statistic"), 1e-6);
            assertClose(found.pValue(), row.get("pValue"), 1e-5);
        }
    }

    @Test
    void equalVariancesAreBrownsAndForsythes() {
        for (JsonNode row : cases("variances")) {
            BrownForsythe found = BrownForsythe.of(row.get("groups").valueStream().map(ReferenceValues::numbers).toList());
            assertClose(found.statistic(), row.get("statistic"));
            assertClose(found.pValue(), row.get("pValue"));
        }
    }
}
