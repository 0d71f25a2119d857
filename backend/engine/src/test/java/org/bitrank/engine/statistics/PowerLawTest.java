package org.bitrank.engine.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bitrank.engine.statistics.ReferenceValues.assertClose;
import static org.bitrank.engine.statistics.ReferenceValues.cases;
import static org.bitrank.engine.statistics.ReferenceValues.numbers;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PowerLawTest {
    @Test
    void curvesAndIntervalsAreThoseOfSciPy() {
        for (JsonNode row : cases("powerLaw")) {
            double[] sizes = numbers(row.get("sizes"));
            PowerLaw found = PowerLaw.fit(sizes, numbers(row.get("values")));
            assertClose(found.limit(), row.get("limit"), 1e-6);
            assertClose(found.factor(), row.get("factor"), 1e-6);
            assertClose(found.exponent(), row.get("exponent"), 1e-6);
            assertClose(found.residualSquares(), row.get("squares"));
            assertClose(found.exponentInterval().low(), row.get("exponentLow"), 1e-5);
            assertClose(found.exponentInterval().high(), row.get("exponentHigh"), 1e-5);
            assertClose(found.limitInterval().low(), row.get("limitLow"), 1e-5);
            assertClose(found.limitInterval().high(), row.get("limitHigh"), 1e-5);
            Interval band = found.band(sizes, row.get("at").doubleValue());
            assertClose(band.low(), row.get("bandLow"), 1e-5);
            assertClose(band.high(), row.get("bandHigh"), 1e-5);
        }
    }

    @Test
    void threePointsAreMetExactlyAndTellNothingOfTheError() {
        PowerLaw found = PowerLaw.fit(new double[] {1, 2, 4}, new double[] {3, 2.5, 2.25});
        assertThat(found.limit()).isCloseTo(2, within(1e-6));
        assertThat(found.exponent()).isCloseTo(1, within(1e-6));
        assertThat(found.limitInterval().low()).isNaN();
        assertThat(found.band(new double[] {1, 2, 4}, 8).low()).isNaN();
    }

    @Test
    void twoSizesMakeNoCurve() {
        assertThat(PowerLaw.fit(new double[] {1, 2, 2}, new double[] {3, 2.5, 2.4})).isNull();
    }
}
