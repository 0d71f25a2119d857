package org.bitrank.web.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.bitrank.web.chart.Axis.Tick;
import org.junit.jupiter.api.Test;

class AxisTest {
    @Test
    void ticksStandOnRoundNumbers() {
        assertThat(Axis.linear(-0.13, 0.42, 5)).extracting(Tick::label).containsExactly("−0.1", "0.0", "0.1", "0.2", "0.3", "0.4");
        assertThat(Axis.linear(3, 17, 4)).extracting(Tick::label).containsExactly("4", "6", "8", "10", "12", "14", "16");
    }

    @Test
    void logarithmicTicksHaveTheUnitsPrefix() {
        assertThat(Axis.logarithmic(3e8, 6e9, "bit")).extracting(Tick::label).containsExactly("500 Mbit", "1 Gbit", "2 Gbit", "5 Gbit");
    }
}
