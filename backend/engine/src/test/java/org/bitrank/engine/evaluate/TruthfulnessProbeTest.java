package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bitrank.engine.Progress;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.Test;

class TruthfulnessProbeTest {
    private static TruthfulnessReport measure(String task, int questions, int neighbours) {
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32)) {
            return TruthfulnessProbe.measure(MicroRun.base(), task, questions, null, neighbours, backend, Progress.SILENT);
        }
    }

    @Test
    void everyAnswerHasADimensionBehindEachLayer() {
        TruthfulnessReport report = measure("micro_facts", 20, 10);
        assertThat(report.questions()).isEqualTo(20);
        assertThat(report.trueAnswers()).isEqualTo(20);
        assertThat(report.falseAnswers()).isGreaterThanOrEqualTo(20);
        assertThat(report.layers()).isNotEmpty().isSortedAccordingTo((a, b) -> Integer.compare(a.layer(), b.layer())).allSatisfy(layer -> {
            assertThat(layer.trueDimension()).isPositive();
            assertThat(layer.falseDimension()).isPositive();
            assertThat(layer.area()).isBetween(layer.low(), layer.high());
        });
        assertThat(measure("micro_facts", 20, 10)).isEqualTo(report);
    }

    @Test
    void whatCannotBeMeasuredIsSaid() {
        assertThatThrownBy(() -> measure("micro_answers", 5, 3))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("no single right choice");
        assertThatThrownBy(() -> measure("micro_facts", 2, 50))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("50 neighbours");
    }
}
