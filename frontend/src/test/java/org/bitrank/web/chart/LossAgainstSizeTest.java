package org.bitrank.web.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bitrank.web.chart.LossAgainstSize.Point;
import org.junit.jupiter.api.Test;

class LossAgainstSizeTest {
    private static final Point SMALL = point("1", "RTN 3", 3.25, 2.1);
    private static final Point BEATEN = point("2", "RTN 4", 4.31, 0.33);
    private static final Point BETTER = point("3", "GPTQ 4", 4.31, 0.157);
    private static final Point WORSE_AND_LARGER = point("4", "RTN 4 g32", 4.62, 0.29);
    private static final Point LARGE = point("5", "RTN 8", 8.38, 0.0);
    private static final List<Point> ALL = List.of(LARGE, BEATEN, SMALL, WORSE_AND_LARGER, BETTER);

    @Test
    void theFrontierJoinsWhatNothingSmallerBeats() {
        assertThat(LossAgainstSize.frontier(ALL)).containsExactly(SMALL, BETTER, LARGE);
    }

    @Test
    void everyRowIsALinkedPointAndALossOfZeroIsDrawn() {
        String svg = LossAgainstSize.draw(ALL, "KL", true);
        assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
        assertThat(svg.split("<circle", -1)).hasSize(ALL.size() + 1);
        assertThat(svg).contains("data-row=\"5\"").contains("href=\"/rows/5\"");
    }

    @Test
    void oneBitIsNoPlural() {
        assertThat(LossAgainstSize.draw(List.of(point("7", "BiLLM 1", 1.2, 3), point("8", "RTN 2", 2.2, 2)), "KL", true)).contains(">1 bit<").doesNotContain("1 bits");
    }

    @Test
    void namesOfRowsAreEscaped() {
        assertThat(LossAgainstSize.draw(List.of(point("6", "<script>&\"", 4, 1)), "KL", true)).contains("&lt;script&gt;&amp;&quot;").doesNotContain("<script");
    }

    @Test
    void oneRowAloneHasRoomOnBothAxes() {
        assertThat(LossAgainstSize.draw(List.of(BETTER), "KL", false)).doesNotContain("NaN").contains("class=\"chart narrow\"");
    }

    @Test
    void theWordsNameTheFrontier() {
        assertThat(LossAgainstSize.describe(ALL, "KL divergence")).isEqualTo(
                "KL divergence over effective bits per weight for 5 rows. No smaller row beats: RTN 3 (3.25 bits); GPTQ 4 (4.31 bits); RTN 8 (8.38 bits).");
    }

    private static Point point(String row, String name, double bits, double loss) {
        return new Point(row, "/rows/" + row, name, bits + " bits", bits, loss);
    }
}
