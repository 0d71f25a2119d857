package org.bitrank.web.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitrank.web.chart.ScalingPlot.Family;
import org.bitrank.web.chart.ScalingPlot.Point;
import org.junit.jupiter.api.Test;

class ScalingPlotTest {
    /** Two families at one height, far from each other; and a third at the place of the first. */
    @Test
    void namesGiveWayOnlyToNamesThatTheyWouldCover() {
        String picture = ScalingPlot.draw(List.of(family("rtn", 1e7, 0.9), family("float", 1e8, 0.9), family("gptq", 1e7, 0.9), family("awq", 2e7, 2)),
                "bit", "all bits", "nats a token", "Quality over size", true);
        assertThat(height(picture, "float")).isEqualTo(height(picture, "rtn"));
        assertThat(height(picture, "gptq")).isGreaterThan(height(picture, "rtn") + 20);
    }

    private static Family family(String name, double size, double value) {
        return new Family(name, List.of(new Point("/rows/1", name, "", size, value)), List.of());
    }

    private static double height(String picture, String name) {
        Matcher text = Pattern.compile("<text [^>]*y=\"([0-9.]+)\"[^>]*>" + name + "</text>").matcher(picture);
        assertThat(text.find()).as(name).isTrue();
        return Double.parseDouble(text.group(1));
    }
}
