package org.bitrank.web.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bitrank.web.chart.Difference.Verdict;
import org.junit.jupiter.api.Test;

class WhiskersTest {
    private static final Difference EQUAL = new Difference(-0.002, -0.006, 0.002, true);
    private static final Difference LOSS = new Difference(0.154, 0.124, 0.184, true);
    private static final Difference LARGE = new Difference(3.3, 2.9, 3.7, true);

    @Test
    void anIntervalThatHoldsZeroIsNoVerdict() {
        assertThat(EQUAL.verdict()).isEqualTo(Verdict.EQUAL);
        assertThat(LOSS.verdict()).isEqualTo(Verdict.LOSS);
        assertThat(new Difference(0.154, 0.124, 0.184, false).verdict()).isEqualTo(Verdict.GAIN);
        assertThat(new Difference(0.154, null, null, true).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void allRowsShareOneAxisAndStayOnIt() {
        var whiskers = Whiskers.over(List.of(EQUAL, LOSS, LARGE), "nats a token");
        assertThat(whiskers.x(-0.006)).isCloseTo(8, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(whiskers.x(3.7)).isCloseTo(108, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(whiskers.x(0.154)).isBetween(whiskers.x(0), whiskers.x(3.3));
    }

    @Test
    void theDrawingSaysInWordsWhatItShows() {
        String svg = Whiskers.over(List.of(LOSS), "nats a token").draw(LOSS);
        assertThat(svg).contains("role=\"img\"")
                .contains("difference to base +0.154 nats a token, 95 % interval +0.124 to +0.184: a loss")
                .contains("class=\"whisker out\"");
    }

    @Test
    void aBoardOfEqualRowsIsDrawnToo() {
        var none = new Difference(0, 0.0, 0.0, true);
        assertThat(Whiskers.over(List.of(none), "points").draw(none)).doesNotContain("NaN");
        assertThat(Whiskers.over(List.of(), "points").x(0)).isNotNaN();
    }
}
