package org.bitrank.engine.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against SciPy and CPython, whose figures {@code src/test/python/statistics_values.py} wrote. */
class StatisticsTest {
    private static JsonNode values;

    @BeforeAll
    static void read() throws IOException {
        try (var in = StatisticsTest.class.getResourceAsStream("values.json")) {
            values = JsonMapper.shared().readTree(in);
        }
    }

    @Test
    void pairedDifferencesAreStudentIntervals() {
        for (JsonNode row : values.get("paired")) {
            assertDifference(PairedDifference.of(numbers(row, "base"), numbers(row, "value")), row);
        }
    }

    @Test
    void differencesOfWeightedMeansAreIntervalsOfARatio() {
        for (JsonNode row : values.get("ratio")) {
            assertDifference(
                    PairedDifference.ofRatios(numbers(row, "base"), numbers(row, "value"), numbers(row, "weights")), row);
        }
    }

    private static void assertDifference(PairedDifference found, JsonNode row) {
        assertClose(found.difference(), row.get("difference"));
        assertClose(found.standardError(), row.get("error"));
        assertClose(found.low(), row.get("low"));
        assertClose(found.high(), row.get("high"));
    }

    @Test
    void oneItemTellsNothingAboutItsError() {
        var found = PairedDifference.of(new double[] {1}, new double[] {3});
        assertThat(found.difference()).isEqualTo(2);
        assertThat(found.low()).isNaN();
        assertThat(Estimate.standardError(new double[] {1})).isNull();
        assertThat(Bootstrap.perplexityError(new double[] {1})).isNull();
    }

    @Test
    void bootstrapDrawsWhatPythonDraws() {
        for (JsonNode row : values.get("bootstrap")) {
            assertClose(Bootstrap.perplexityError(numbers(row, "values")), row.get("error"));
        }
    }

    @Test
    void samplesAreThoseOfPython() {
        for (JsonNode row : values.get("samples")) {
            var random = new PythonRandom(1234);
            List<Integer> population = IntStream.range(0, row.get("size").intValue()).boxed().toList();
            for (JsonNode draw : row.get("draws")) {
                assertThat(random.sample(population, row.get("count").intValue()))
                        .isEqualTo(draw.valueStream().map(JsonNode::intValue).toList());
            }
        }
    }

    @Test
    void ranksLeaveRoomForWhatCannotBeToldApart() {
        for (JsonNode row : values.get("ranks")) {
            double[] estimates = numbers(row, "values");
            double[] errors = numbers(row, "errors");
            boolean higher = row.get("higher").booleanValue();
            var wanted = new ArrayList<RankRange>();
            for (int i = 0; i < estimates.length; i++) {
                wanted.add(new RankRange(row.get("best").get(i).intValue(), row.get("worst").get(i).intValue()));
            }
            assertThat(RankGroups.of(estimates, errors, higher)).isEqualTo(wanted);
        }
    }

    @Test
    void rowsWithoutAValueComeLast() {
        var ranks = RankGroups.of(new double[] {Double.NaN, 2, 1}, new double[] {Double.NaN, 0, Double.NaN}, true);
        assertThat(ranks).containsExactly(new RankRange(3, 3), new RankRange(1, 1), new RankRange(2, 2));
    }

    @Test
    void recoveryMeansSomethingOnlyWhereMoreIsBetter() {
        assertThat(Recovery.percent(0.8, 0.6, true)).isCloseTo(75, within(1e-12));
        assertThat(Recovery.percent(20, 25, false)).isNull();
        assertThat(Recovery.percent(0, 0.1, true)).isNull();
    }

    private static double[] numbers(JsonNode row, String name) {
        return row.get(name).valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    }

    private static void assertClose(double found, JsonNode wanted) {
        assertThat(found).isCloseTo(wanted.doubleValue(), within(1e-10 * Math.max(1, Math.abs(wanted.doubleValue()))));
    }
}
