package org.bitrank.web.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bitrank.web.chart.LossAgainstSize.Point;
import org.bitrank.web.chart.LossAgainstSize.Size;
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
        String svg = LossAgainstSize.draw(ALL, "KL", Size.BITS, true);
        assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
        assertThat(svg.split("<circle", -1)).hasSize(ALL.size() + 1);
        assertThat(svg).contains("data-row=\"5\"").contains("href=\"/rows/5\"");
    }

    @Test
    void oneBitIsNoPlural() {
        assertThat(LossAgainstSize.draw(List.of(point("7", "BiLLM 1", 1.2, 3), point("8", "RTN 2", 2.2, 2)), "KL", Size.BITS, true)).contains(">1 bit<").doesNotContain("1 bits");
    }

    @Test
    void namesOfRowsAreEscaped() {
        assertThat(LossAgainstSize.draw(List.of(point("6", "<script>&\"", 4, 1)), "KL", Size.BITS, true)).contains("&lt;script&gt;&amp;&quot;").doesNotContain("<script");
    }

    @Test
    void oneRowAloneHasRoomOnBothAxes() {
        assertThat(LossAgainstSize.draw(List.of(BETTER), "KL", Size.BITS, false)).doesNotContain("NaN").contains("class=\"chart narrow\"");
    }

    /** Marked as what it is: on a logarithmic axis it would be read as the next mark below. */
    @Test
    void aLossOfZeroHasALineOfItsOwn() {
        assertThat(LossAgainstSize.draw(ALL, "KL", Size.BITS, true)).contains(">≤ 0<");
        assertThat(LossAgainstSize.draw(List.of(SMALL, BETTER), "KL", Size.BITS, true)).doesNotContain("≤ 0");
        // Its line is where 1 would stand.
        assertThat(LossAgainstSize.draw(List.of(point("1", "RTN 3", 7.2, 2), point("2", "RTN 4", 7.8, -1), point("3", "RTN 1", 11.9, 73)), "loss", Size.MEGABYTES, true))
                .contains(">≤ 0<").contains(">5<").contains(">10<").doesNotContain(">1<");
    }

    @Test
    void rowsCloseTogetherHaveMarksOnBothAxes() {
        String svg = LossAgainstSize.draw(List.of(point("1", "RTN", 12.1, 0.31), point("2", "GPTQ", 12.2, 0.45)), "loss", Size.MEGABYTES, true);
        assertThat(svg).contains(">12 MB<").contains(">13<").contains(">0.5<").contains(">1<");
    }

    @Test
    void largeFilesHaveFewMarks() {
        String svg = LossAgainstSize.draw(List.of(point("1", "RTN", 4100, 0.31), point("2", "GPTQ", 16300, 0.045)), "loss", Size.MEGABYTES, true);
        assertThat(svg).contains(">6000<").doesNotContain(">5000<").doesNotContain("NaN");
    }

    @Test
    void theWordsNameTheFrontier() {
        assertThat(LossAgainstSize.describe(ALL, "KL divergence", Size.BITS)).isEqualTo(
                "KL divergence over effective bits per weight for 5 rows. No smaller row beats: RTN 3 (3.25 bits); GPTQ 4 (4.31 bits); RTN 8 (8.38 bits).");
    }

    private static Point point(String row, String name, double bits, double loss) {
        return new Point(row, "/rows/" + row, name, bits + " bits", bits, loss);
    }
}
