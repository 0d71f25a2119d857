package org.bitrank.engine.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bitrank.engine.statistics.ReferenceValues.assertClose;
import static org.bitrank.engine.statistics.ReferenceValues.cases;
import static org.bitrank.engine.statistics.ReferenceValues.numbers;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ComparisonTest {
    @Test
    void mcNemarsTestIsExact() {
        for (JsonNode row : cases("mcnemar")) {
            McNemar found = McNemar.of(numbers(row.get("base")), numbers(row.get("value")));
            assertThat(List.of(found.bothRight(), found.lost(), found.gained(), found.bothWrong())).isEqualTo(List.of(
                    row.get("bothRight").intValue(), row.get("lost").intValue(), row.get("gained").intValue(),
                    row.get("bothWrong").intValue()));
            assertClose(found.pValue(), row.get("pValue"));
        }
    }

    @Test
    void mcNemarsTestFitsOnlyRightAndWrong() {
        assertThat(McNemar.fits(new double[] {0, 1, 1})).isTrue();
        assertThat(McNemar.fits(new double[] {0, 0.5})).isFalse();
        assertThat(McNemar.fits(new double[0])).isFalse();
    }

    @Test
    void holmsCorrectionStepsDown() {
        for (JsonNode row : cases("holm")) {
            double[] found = Holm.adjusted(numbers(row.get("pValues")));
            for (int i = 0; i < found.length; i++) {
                assertClose(found[i], row.get("adjusted").get(i));
            }
        }
    }

    @Test
    void whatCouldNotBeTestedIsNoTest() {
        assertThat(Holm.adjusted(new double[] {Double.NaN, 0.02, 0.04})).containsExactly(Double.NaN, 0.04, 0.04);
    }

    @Test
    void errorsOfClustersAreThoseOfARobustRegression() {
        for (JsonNode row : cases("clustered")) {
            double[] values = numbers(row.get("values"));
            var clusters = Clusters.of(row.get("clusters").valueStream().map(JsonNode::intValue).toList());
            assertClose(clusters.errorOfMean(values), row.get("error"));
            var difference = PairedDifference.of(new double[values.length], values, clusters);
            assertClose(difference.standardError(), row.get("error"));
            assertClose(difference.low(), row.get("low"));
            assertClose(difference.high(), row.get("high"));
            assertClose(difference.pValue(), row.get("pValue"));
        }
    }

    @Test
    void itemsByThemselvesHaveTheUsualError() {
        double[] values = {1, 0, 0, 1, 1};
        assertThat(Clusters.single(5).errorOfMean(values)).isCloseTo(Estimate.standardError(values), within(1e-15));
    }

    @Test
    void pairedDifferencesAreStudentsTest() {
        for (JsonNode row : cases("paired")) {
            var found = PairedDifference.of(numbers(row.get("base")), numbers(row.get("value")));
            assertClose(found.pValue(), row.get("pValue"));
            assertClose(found.low(), row.get("low"));
            assertClose(found.high(), row.get("high"));
            assertClose(found.detectable(), row.get("detectable"));
        }
    }

    @Test
    void equalAnswersAreNoDifference() {
        var found = PairedDifference.of(new double[] {1, 0, 1}, new double[] {1, 0, 1});
        assertThat(found.pValue()).isEqualTo(1);
        assertThat(found.detectable()).isZero();
    }

    @Test
    void recoveryHasTheIntervalOfARatio() {
        for (JsonNode row : cases("recovery")) {
            double[] base = numbers(row.get("base"));
            Recovery found = Recovery.of(base, numbers(row.get("value")), true, Clusters.single(base.length));
            assertClose(found.percent(), row.get("percent"));
            assertClose(found.low(), row.get("low"));
            assertClose(found.high(), row.get("high"));
            // The bootstrap of SciPy knows no formula; that it lands nearby says that the formula fits.
            assertThat(found.low()).isCloseTo(row.get("bootstrapLow").doubleValue(), within(1.0));
            assertThat(found.high()).isCloseTo(row.get("bootstrapHigh").doubleValue(), within(1.0));
        }
        assertThat(Recovery.of(new double[2], new double[] {1, 0}, true, Clusters.single(2))).isNull();
    }

    @Test
    void bootstrapIntervalsAreThoseOfTheDrawsOfPythonAndNearThoseOfSciPy() {
        for (JsonNode row : cases("bootstrap")) {
            double[] base = numbers(row.get("base"));
            Interval found = PairedBootstrap.of(base, numbers(row.get("value")), Clusters.single(base.length));
            assertClose(found.low(), row.get("low"));
            assertClose(found.high(), row.get("high"));
            assertThat(found.low()).isCloseTo(row.get("scipyLow").doubleValue(), within(0.01));
            assertThat(found.high()).isCloseTo(row.get("scipyHigh").doubleValue(), within(0.01));
        }
    }

    @Test
    void separationIsTheAreaUnderTheCurveWithDeLongsInterval() {
        for (JsonNode row : cases("separation")) {
            Separation found = Separation.of(numbers(row.get("first")), numbers(row.get("second")));
            assertClose(found.area(), row.get("area"));
            assertClose(found.low(), row.get("low"));
            assertClose(found.high(), row.get("high"));
        }
    }

    @Test
    void lettersJoinWhatCannotBeToldApart() {
        double[] values = {10, 9, 5, 8.5};
        // 10 and 8.5 differ by more than 1; each is tied with 9.
        assertThat(TieLetters.of(values, (one, other) -> Math.abs(values[one] - values[other]) <= 1)).containsExactly("a", "ab", "c", "b");
        assertThat(TieLetters.of(values, (one, other) -> true)).containsOnly("a");
    }

    @Test
    void calibrationErrorIsTheMeanDistanceOfConfidenceAndAccuracy() {
        for (JsonNode row : cases("calibration")) {
            CalibrationError found = CalibrationError.of(numbers(row.get("confidences")), numbers(row.get("right")), CalibrationError.BINS);
            assertClose(found.expected(), row.get("expected"));
            assertClose(found.largest(), row.get("largest"));
            assertThat(found.bins().stream().mapToInt(CalibrationError.Bin::count).sum()).isEqualTo(200);
        }
    }

    @Test
    void choicesHaveProbabilitiesAndBriersScore() {
        for (JsonNode row : cases("brier")) {
            double[] probabilities = Choices.probabilities(numbers(row.get("logLikelihoods")));
            for (int i = 0; i < probabilities.length; i++) {
                assertClose(probabilities[i], row.get("probabilities").get(i));
            }
            assertClose(Choices.brier(probabilities, row.get("truth").intValue()), row.get("brier"));
        }
    }

    @Test
    void dimensionsAreThoseOfTheNearestNeighboursDistances() {
        for (JsonNode row : cases("dimension")) {
            float[][] points = row.get("points").valueStream()
                    .map(point -> {
                        double[] wide = numbers(point);
                        var narrow = new float[wide.length];
                        for (int i = 0; i < wide.length; i++) {
                            narrow[i] = (float) wide[i];
                        }
                        return narrow;
                    })
                    .toArray(float[][]::new);
            int neighbours = row.get("neighbours").intValue();
            double[] local = IntrinsicDimension.local(points, neighbours);
            for (int i = 0; i < local.length; i++) {
                assertClose(local[i], row.get("local").get(i));
            }
            assertClose(IntrinsicDimension.of(points, neighbours), row.get("all"));
        }
    }
}
