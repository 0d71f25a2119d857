package org.bitrank.web.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void threeDigitsAreSignificantWhateverTheSize() {
        assertThat(Figures.significant(24.153)).isEqualTo("24.2");
        assertThat(Figures.significant(0.0012345)).isEqualTo("0.00123");
        assertThat(Figures.significant(642.2)).isEqualTo("642");
        assertThat(Figures.significant(9.999)).isEqualTo("10.0");
        assertThat(Figures.significant(31245.0)).isEqualTo("31\u202f245");
        assertThat(Figures.significant(0.0)).isEqualTo("0");
        assertThat(Figures.significant(3.1e9)).isEqualTo("3.10e+09");
    }

    @Test
    void negativeNumbersCarryARealMinusSign() {
        assertThat(Figures.signed(-0.0021, 3)).isEqualTo("−0.002");
        assertThat(Figures.signed(0.154, 3)).isEqualTo("+0.154");
        assertThat(Figures.significant(-4.25)).isEqualTo("−4.25");
    }

    @Test
    void whatIsNotKnownIsADash() {
        assertThat(Figures.significant(null)).isEqualTo("–");
        assertThat(Figures.fixed(Double.NaN, 2)).isEqualTo("–");
        assertThat(Figures.megabytes(null)).isEqualTo("–");
        assertThat(Figures.percent(null, 1)).isEqualTo("–");
    }

    @Test
    void sizesAreDecimal() {
        assertThat(Figures.megabytes(114_300_000L)).isEqualTo("114");
        assertThat(Figures.bytes(999L)).isEqualTo("999 bytes");
        assertThat(Figures.bytes(8_300_000L)).isEqualTo("8.30 MB");
    }

    @Test
    void timesHaveTwoUnitsAtMost() {
        assertThat(Figures.duration(Duration.ofMillis(300))).isEqualTo("under 1 s");
        assertThat(Figures.duration(Duration.ofSeconds(200))).isEqualTo("3 min 20 s");
        assertThat(Figures.duration(Duration.ofSeconds(7500))).isEqualTo("2 h 5 min");
    }
}
