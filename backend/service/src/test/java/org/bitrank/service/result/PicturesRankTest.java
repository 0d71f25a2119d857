package org.bitrank.service.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a row loses where its tasks show pictures, of which a text's perplexity sees nothing. */
class PicturesRankTest {
    private static final Score UNTOUCHED_TEXT = score("micro_text", "perplexity", 2.46, 2.46, 0, 0, false);
    private static final Score LOST_CHARTS = score("micro_chartqa", "relaxed_overall", 0.05, 1, -0.95, 0.03, true);
    private static final Score LOST_WORDS = score("micro_docvqa", "anls", 0.25, 1, -0.75, 0.04, true);
    private static final Score POINTS = score("micro_mme", "mme_perception_score", 328, 990, -662, 20, true);

    @Test
    void aModelThatNoLongerSeesLosesWhateverItsTextSays() {
        ResultRow row = row(true, UNTOUCHED_TEXT, LOST_CHARTS, LOST_WORDS, POINTS);
        assertThat(row.textSpeaks()).isFalse();
        assertThat(row.difference().unit()).isEqualTo("points");
        assertThat(row.difference().loss()).isEqualTo(85, within(1e-9));
        // Half of the root of 3² + 4², in points.
        assertThat(row.difference().high() - row.difference().loss()).isEqualTo(2.5, within(1e-9));
    }

    @Test
    void textSpeaksWhereItIsAllThatCounts() {
        assertThat(row(false, UNTOUCHED_TEXT, LOST_CHARTS).difference().unit()).isEqualTo("nats/token");
        ResultRow row = row(true, UNTOUCHED_TEXT, LOST_CHARTS).ofTasks(Set.of("micro_text"));
        assertThat(row.textSpeaks()).isTrue();
        assertThat(row.difference().unit()).isEqualTo("nats/token");
    }

    @Test
    void whereNoShareTellsTheLossThereIsNone() {
        assertThat(row(true, UNTOUCHED_TEXT, POINTS).difference()).isNull();
    }

    private static Score score(String task, String metric, double value, double base, double difference, double half, boolean higher) {
        return new Score(task, metric, "none", value, null, null, higher, true, base, difference, difference - half, difference + half, null, List.of());
    }

    private static ResultRow row(boolean pictures, Score... scores) {
        return new ResultRow(
                1, Provenance.MEASURED, null, "m", "rtn", "rtn 1-bit", 1.0, null, 0, true, false, "suite", "compressed-tensors", "key", "line", null, 0.0, 1.0,
                1.1, 11_900_000L, null, null, null, null, "cpu", null, null, null, null, "projector + vision", null, pictures, List.of(scores));
    }
}
