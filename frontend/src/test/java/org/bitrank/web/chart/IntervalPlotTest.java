package org.bitrank.web.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bitrank.web.chart.IntervalPlot.Line;
import org.junit.jupiter.api.Test;

class IntervalPlotTest {
    @Test
    void everyLineIsNamedDrawnAndPrinted() {
        String svg = IntervalPlot.draw(List.of(new Line("4 − 3", -0.5, -0.8, -0.2, "out"), new Line("8 − 4", -0.1, -0.3, 0.1, "in")), "difference", "two differences", true, true);
        assertThat(svg).contains("aria-label=\"two differences\"").contains(">4 − 3<").contains(">−0.500<").contains("class=\"zero\"").contains("interval out").contains("interval in");
    }

    @Test
    void aValueWithoutAnIntervalIsADot() {
        String svg = IntervalPlot.draw(List.of(new Line("rtn", 3, Double.NaN, Double.NaN, "plain"), new Line("gptq", 2, 1.5, 2.5, "plain")), "loss", "means", false, false);
        assertThat(svg.split("class=\"interval", -1)).hasSize(2);
        assertThat(svg.split("<circle", -1)).hasSize(3);
        assertThat(svg).doesNotContain("NaN");
    }
}
