package org.bitrank.service.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RunFractionTest {
    private static final Offset<Double> EXACT = within(1e-12);

    private final RunFraction fraction = new RunFraction();

    @Test
    void stepsThatNobodyExpectedMoveNothing() {
        fraction.stage(0.9);
        fraction.report("prepare piqa", 3, 4);
        fraction.report("wait for another run", 0, 0);
        fraction.report("read the data", 10, 10);
        assertThat(fraction.value()).isZero();
    }

    @Test
    void eachStepCountsByItsWork() {
        fraction.stage(0.5);
        fraction.expect("short", 1);
        fraction.expect("long", 3);
        fraction.report("short", 0, 10);
        fraction.report("short", 10, 10);
        assertThat(fraction.value()).isCloseTo(0.125, EXACT);
        fraction.report("long", 0, 100);
        fraction.report("long", 50, 100);
        assertThat(fraction.value()).isCloseTo(0.3125, EXACT);
        fraction.report("long", 100, 100);
        assertThat(fraction.value()).isCloseTo(0.5, EXACT);
    }

    @Test
    void whatWasDoneBeforeIsNoWork() {
        fraction.stage(1);
        fraction.expect("of the base", 5);
        fraction.expect("of the model", 5);
        fraction.report("of the base", 7, 7);
        assertThat(fraction.value()).isZero();
        fraction.report("of the model", 40, 80);
        assertThat(fraction.value()).isZero();
        fraction.report("of the model", 60, 80);
        assertThat(fraction.value()).isCloseTo(0.5, EXACT);
        fraction.report("of the model", 80, 80);
        assertThat(fraction.value()).isCloseTo(1, EXACT);
    }

    @Test
    void aStageThatHadNothingToDoLeavesItsPartToTheNext() {
        fraction.stage(0.3);
        fraction.stage(0.98);
        fraction.expect("measure", 1);
        fraction.report("measure", 0, 2);
        fraction.report("measure", 1, 2);
        assertThat(fraction.value()).isCloseTo(0.49, EXACT);
    }

    @Test
    void itNeverGoesBack() {
        fraction.stage(1);
        fraction.expect("download a", 10);
        fraction.report("download a", 0, 10);
        fraction.report("download a", 9, 10);
        fraction.expect("download b", 90);
        fraction.report("download a", 0, 10);
        assertThat(fraction.value()).isCloseTo(0.9, EXACT);
        fraction.report("download b", 0, 90);
        fraction.report("download b", 90, 90);
        assertThat(fraction.value()).isCloseTo(0.9, EXACT);
        fraction.report("download a", 10, 10);
        assertThat(fraction.value()).isCloseTo(1, EXACT);
    }
}
