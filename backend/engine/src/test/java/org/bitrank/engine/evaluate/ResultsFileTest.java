package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class ResultsFileTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private static JsonNode results;
    private static EvaluationReport report;

    @BeforeAll
    static void evaluate() {
        report = MicroRun.evaluate(MicroRun.quantized(directory.resolve("model")), directory.resolve("run"), false);
        MicroRun.write(report, directory);
        results = JSON.readTree(directory.resolve("results.json"));
    }

    @Test
    void metricsStandUnderTheHarnessNames() {
        JsonNode facts = results.get("results").get("micro_facts");
        assertThat(facts.propertyNames()).contains("alias", "acc,none", "acc_stderr,none", "acc_norm,none");
        assertThat(results.get("n-shot").get("micro_facts").intValue()).isZero();
        assertThat(results.get("n-samples").get("micro_facts").get("effective").intValue()).isEqualTo(MicroRun.DOCUMENTS);
        assertThat(results.get("higher_is_better").get("micro_text").get("perplexity").booleanValue()).isFalse();
        assertThat(results.get("versions").get("micro_facts").isNumber()).isTrue();
        assertThat(results.get("configs").get("micro_facts").get("output_type").stringValue()).isEqualTo("multiple_choice");
    }

    @Test
    void comparisonStandsBesideTheProtocolAndTheArtifact() {
        JsonNode bitrank = results.get("bitrank");
        JsonNode accuracy = bitrank.get("comparison").get("micro_facts").get("metrics").get("acc,none");
        assertThat(accuracy.get("value").doubleValue())
                .isEqualTo(results.get("results").get("micro_facts").get("acc,none").doubleValue());
        assertThat(accuracy.get("difference").doubleValue())
                .isCloseTo(accuracy.get("value").doubleValue() - accuracy.get("base").doubleValue(), within(1e-12));
        assertThat(bitrank.get("comparison").get("micro_text").get("kl_divergence").doubleValue()).isBetween(1e-4, 1.0);
        assertThat(bitrank.get("comparison").get("micro_text").get("top1_agreement").doubleValue()).isBetween(0.5, 1.0);
        assertThat(bitrank.get("model").get("effective_bits").doubleValue()).isBetween(3.0, 3.5);
        assertThat(bitrank.get("base").get("effective_bits").doubleValue()).isEqualTo(16.0);
        assertThat(bitrank.get("protocol").get("micro_facts").get("sha256").stringValue()).hasSize(64);
    }

    @Test
    void answersLostAndGainedStandBesideTheDifference() {
        JsonNode accuracy = results.get("bitrank").get("comparison").get("micro_facts").get("metrics").get("acc,none");
        JsonNode table = accuracy.get("mc_nemar");
        assertThat(table.get("both_right").intValue() + table.get("both_wrong").intValue() + table.get("lost").intValue()
                        + table.get("gained").intValue())
                .isEqualTo(MicroRun.DOCUMENTS);
        assertThat(accuracy.get("difference").doubleValue())
                .isCloseTo((table.get("gained").intValue() - table.get("lost").intValue()) / (double) MicroRun.DOCUMENTS, within(1e-12));
        assertThat(accuracy.get("p_value")).isEqualTo(table.get("p_value"));
        assertThat(accuracy.get("recovery_low").doubleValue()).isLessThanOrEqualTo(accuracy.get("recovery").doubleValue());
        JsonNode text = results.get("bitrank").get("comparison").get("micro_text").get("metrics").get("perplexity,none");
        assertThat(text.get("mc_nemar").isNull()).isTrue();
        assertThat(text.get("p_value").doubleValue()).isBetween(0.0, 1.0);
    }

    @Test
    void divergencesAreKeptTokenByToken() throws IOException {
        var all = new ArrayList<Double>();
        for (JsonNode line : lines("micro_text")) {
            double sum = 0;
            assertThat(line.get("token_kl_divergence")).hasSize(line.get("tokens").intValue());
            for (JsonNode divergence : line.get("token_kl_divergence")) {
                sum += divergence.doubleValue();
                all.add(divergence.doubleValue());
            }
            assertThat(line.get("kl_divergence").doubleValue()).isCloseTo(sum / line.get("tokens").intValue(), within(1e-6));
        }
        all.sort(null);
        JsonNode text = results.get("bitrank").get("comparison").get("micro_text");
        assertThat(all).hasSize(text.get("positions").intValue());
        int middle = all.size() / 2;
        double median = all.size() % 2 == 1 ? all.get(middle) : (all.get(middle - 1) + all.get(middle)) / 2;
        assertThat(text.get("kl_divergence_median").doubleValue()).isCloseTo(median, within(1e-6));
        assertThat(text.get("kl_divergence_p99").doubleValue())
                .isBetween(all.get((int) (0.985 * all.size())), all.getLast());
        assertThat(text.get("kl_divergence").doubleValue())
                .isBetween(text.get("kl_divergence_low").doubleValue(), text.get("kl_divergence_high").doubleValue());
        assertThat(text.get("top5_agreement").doubleValue()).isBetween(0.5, 1.0);
    }

    @Test
    void choicesAreCheckedForCalibration() {
        JsonNode facts = results.get("bitrank").get("statistics").get("micro_facts");
        assertThat(facts.get("sources").isNull()).isTrue();
        for (String whose : List.of("calibration", "base_calibration")) {
            JsonNode calibration = facts.get(whose);
            assertThat(calibration.get("items").intValue()).isEqualTo(MicroRun.DOCUMENTS);
            assertThat(calibration.get("expected_error").doubleValue()).isBetween(0.0, 1.0);
            assertThat(calibration.get("brier").doubleValue()).isBetween(0.0, 2.0);
        }
        JsonNode accuracy = facts.get("metrics").get("acc,none");
        double value = results.get("results").get("micro_facts").get("acc,none").doubleValue();
        assertThat(value).isBetween(accuracy.get("low").doubleValue(), accuracy.get("high").doubleValue());
        assertThat(results.get("bitrank").get("statistics").get("micro_text").get("calibration").isNull()).isTrue();
    }

    @Test
    void samplesOfChoicesHaveTheHarnessFields() throws IOException {
        List<JsonNode> lines = lines("micro_facts");
        assertThat(lines).hasSize(MicroRun.DOCUMENTS);
        JsonNode first = lines.getFirst();
        assertThat(first.propertyNames())
                .contains("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "acc");
        int choices = first.get("resps").size();
        assertThat(first.get("arguments").size()).isEqualTo(choices);
        assertThat(first.get("resps").get(0).get(0).get(1).stringValue()).isIn("True", "False");
        assertThat(Double.parseDouble(first.get("resps").get(0).get(0).get(0).stringValue())).isNegative();
    }

    @Test
    void samplesOfATextAreItsWindows() throws IOException {
        List<JsonNode> lines = lines("micro_text");
        assertThat(lines).hasSize(MicroRun.DOCUMENTS);
        double sum = 0;
        for (JsonNode line : lines) {
            assertThat(line.get("tokens").intValue()).isEqualTo(511);
            sum += line.get("mean_nll").doubleValue();
        }
        assertThat(results.get("results").get("micro_text").get("perplexity,none").doubleValue())
                .isCloseTo(Math.exp(sum / lines.size()), within(1e-9));
    }

    @Test
    void modelAgainstItselfDiffersInNothing() {
        EvaluationReport same = MicroRun.evaluate(MicroRun.base(), directory.resolve("same.run"), false);
        for (TaskReport task : same.tasks()) {
            if (task.tokens() != null) {
                assertThat(task.tokens().divergence()).isZero();
                assertThat(task.tokens().topAgreement()).isEqualTo(1);
                assertThat(task.tokens().topFiveAgreement()).isEqualTo(1);
                assertThat(task.tokens().tailDivergence()).isZero();
            }
            assertThat(task.comparisons()).allSatisfy(comparison -> assertThat(comparison.difference()).isZero());
        }
    }

    private static List<JsonNode> lines(String task) throws IOException {
        var lines = new ArrayList<JsonNode>();
        for (String line : Files.readAllLines(directory.resolve("samples_" + task + ".jsonl"))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
