package org.bitrank.service.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bitrank.engine.statistics.McNemar;
import org.bitrank.engine.statistics.PairedDifference;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.result.NewRow;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRecorder;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.RowDetail.NamedValue;
import org.bitrank.service.result.RowDetail.RecordsFile;
import org.bitrank.service.result.Score;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ComparisonsTest extends ServiceTest {
    private static final double[] FIRST = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
    private static final double[] SECOND = {1, 0, 0, 0, 0, 0, 0, 1, 0, 1};
    private static final double[] FIRST_LOSSES = {2.0, 2.2, 1.9};
    private static final double[] SECOND_LOSSES = {2.1, 2.5, 2.0};

    private long first;
    private long second;
    private long otherPrompts;
    private long otherWeights;
    private long grouped;

    @Override
    protected String databaseUrl() {
        return null;
    }

    @BeforeAll
    void fill() throws IOException {
        first = row(1, "prompts A", "base 1", FIRST, FIRST_LOSSES, false);
        second = row(2, "prompts A", "base 1", SECOND, SECOND_LOSSES, false);
        otherPrompts = row(3, "prompts B", "base 1", SECOND, SECOND_LOSSES, false);
        otherWeights = row(4, "prompts A", "base 2", SECOND, SECOND_LOSSES, false);
        grouped = row(5, "prompts A", "base 1", SECOND, SECOND_LOSSES, true);
    }

    private long row(long run, String prompts, String base, double[] right, double[] losses, boolean sources) throws IOException {
        Path folder = settings().records(run);
        Files.createDirectories(folder);
        var lines = new ArrayList<String>();
        for (int i = 0; i < right.length; i++) {
            String cluster = sources ? ",\"cluster\":\"passage " + i / 2 + "\"" : "";
            lines.add(("{\"doc_id\":%d,\"doc\":{\"acc\":[7]},\"target\":\"0\",\"arguments\":{\"gen_args_0\":{}},\"resps\":[[[\"-1\",\"True\"]]],"
                    + "\"filter\":\"none\"%s,\"metrics\":[\"acc\",\"byte_perplexity\",\"f1\"],\"acc\":%s,\"byte_perplexity\":[%s,4],\"f1\":[0,\"x\"]}")
                    .formatted(i, cluster, right[i], -1 - 0.1 * right[i]));
        }
        Path items = Files.write(folder.resolve("samples_quiz.jsonl"), lines);
        lines.clear();
        for (int i = 0; i < losses.length; i++) {
            lines.add(String.format(Locale.ROOT, "{\"doc_id\":%d,\"tokens\":511,\"mean_nll\":%s}", i, losses[i]));
        }
        Path windows = Files.write(folder.resolve("samples_text.jsonl"), lines);
        List<Score> scores = List.of(
                score("text", "perplexity", 8.0, false, true), score("quiz", "acc", 0.8, true, true),
                score("quiz", "byte_perplexity", 1.3, false, false), score("quiz", "f1", 0.4, true, false));
        ResultRow row = new ResultRow(
                0, Provenance.MEASURED, Instant.parse("2026-01-01T00:00:00Z"), "example/model", "rtn", "RTN 4-bit", 4.0, null, 64, true,
                false, "suite", "compressed-tensors", "key of " + prompts + base, "line", null, 0.1, 0.9, 4.2, 1000L, 1.0, 1.0, 1L, 1.0,
                "cpu", "processor", null, null, null, scores);
        var protocol = List.of(
                new NamedValue("compute type", "float32"), new NamedValue("back end", "cpu"), new NamedValue("BOS", "auto"),
                new NamedValue("engine", "1"), new NamedValue("base weights SHA-256", base), new NamedValue("text", "all of it"),
                new NamedValue("quiz", prompts));
        return bean(ResultRecorder.class).record(NewRow.measured(
                new RowDetail(
                        row, run, "{}", protocol, List.of(), List.of(), List.of(), List.of(), 10, List.of(), "bitrank eval", List.of(),
                        List.of(new RecordsFile("text", windows.getFileName().toString(), Files.size(windows)),
                                new RecordsFile("quiz", items.getFileName().toString(), Files.size(items))),
                        List.of()),
                "hash " + run));
    }

    private static Score score(String task, String metric, double value, boolean higher, boolean main) {
        return new Score(task, metric, "none", value, null, null, higher, main, null, null, null, null, null, List.of());
    }

    private MetricPair metric(RowsComparison found, String task, String metric) {
        return found.pairs().getFirst().metrics().stream()
                .filter(pair -> pair.task().equals(task) && pair.metric().equals(metric))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void rightAndWrongAnswersAreComparedItemByItem() {
        RowsComparison found = bean(Comparisons.class).compare(List.of(first, second));
        MetricPair accuracy = metric(found, "quiz", "acc");
        McNemar wanted = McNemar.of(FIRST, SECOND);
        assertThat(accuracy.mcNemar()).isEqualTo(wanted);
        assertThat(accuracy.mcNemar().lost()).isEqualTo(6);
        assertThat(accuracy.mcNemar().gained()).isEqualTo(1);
        assertThat(accuracy.pValue()).isEqualTo(wanted.pValue());
        assertThat(accuracy.difference()).isCloseTo(-0.5, within(1e-12));
        assertThat(accuracy.unit()).isEqualTo("share");
        assertThat(accuracy.recovery()).isCloseTo(37.5, within(1e-9));
        assertThat(accuracy.items()).isEqualTo(10);
        assertThat(accuracy.better()).isFalse();
        assertThat(accuracy.bootstrapLow()).isBetween(-1.0, -0.5);
    }

    @Test
    void windowsOfATextAreComparedByTheirLosses() {
        MetricPair perplexity = metric(bean(Comparisons.class).compare(List.of(first, second)), "text", "perplexity");
        var wanted = PairedDifference.of(FIRST_LOSSES, SECOND_LOSSES);
        assertThat(perplexity.difference()).isCloseTo(wanted.difference(), within(1e-12));
        assertThat(perplexity.low()).isCloseTo(wanted.low(), within(1e-12));
        assertThat(perplexity.pValue()).isCloseTo(wanted.pValue(), within(1e-12));
        assertThat(perplexity.detectable()).isCloseTo(wanted.detectable(), within(1e-12));
        assertThat(perplexity.unit()).isEqualTo("nats/token");
        assertThat(perplexity.mcNemar()).isNull();
    }

    @Test
    void weightedMetricsAreDividedByTheirWeights() {
        MetricPair bytes = metric(bean(Comparisons.class).compare(List.of(first, second)), "quiz", "byte_perplexity");
        assertThat(bytes.unit()).isEqualTo("nats/byte");
        // Five answers fewer of 0.1 nats more over ten items of four bytes.
        assertThat(bytes.difference()).isCloseTo(-0.5 / 40, within(1e-12));
    }

    @Test
    void headlineTestsOfAllPairsAreCorrectedTogether() {
        RowsComparison found = bean(Comparisons.class).compare(List.of(first, second, otherWeights));
        assertThat(found.pairs()).hasSize(3);
        // Two tasks of the pair with one base; across bases only the quiz.
        assertThat(found.tests()).isEqualTo(4);
        MetricPair accuracy = metric(found, "quiz", "acc");
        assertThat(accuracy.adjusted()).isGreaterThan(accuracy.pValue());
        assertThat(metric(found, "quiz", "byte_perplexity").adjusted()).isNull();
    }

    @Test
    void otherPromptsAreNotCompared() {
        var pair = bean(Comparisons.class).compare(List.of(first, otherPrompts)).pairs().getFirst();
        assertThat(pair.reasons()).containsExactly("quiz: measured with other data, prompts, examples or limits");
        assertThat(pair.metrics()).extracting(MetricPair::task).containsOnly("text");
    }

    @Test
    void perplexitiesOfOtherModelsAreNotCompared() {
        var pair = bean(Comparisons.class).compare(List.of(first, otherWeights)).pairs().getFirst();
        assertThat(pair.reasons()).containsExactly(
                "text: perplexity a token says nothing between models that may have other tokens");
        assertThat(pair.metrics()).extracting(MetricPair::task).containsOnly("quiz");
    }

    @Test
    void documentsOfOneSourceCountTogether() {
        MetricPair accuracy = metric(bean(Comparisons.class).compare(List.of(grouped, first)), "quiz", "acc");
        assertThat(accuracy.mcNemar()).isNotNull();
        assertThat(accuracy.pValue()).isNotEqualTo(accuracy.mcNemar().pValue());
    }

    @Test
    void whatIsNotThereIsSaid() {
        var pair = bean(Comparisons.class).compare(List.of(first, 999_999L)).pairs().getFirst();
        assertThat(pair.reasons()).containsExactly("row 999999 is not there");
        assertThatThrownBy(() -> bean(Comparisons.class).compare(List.of(first, first))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bean(Comparisons.class).compare(List.of(first))).isInstanceOf(IllegalArgumentException.class);
    }
}
