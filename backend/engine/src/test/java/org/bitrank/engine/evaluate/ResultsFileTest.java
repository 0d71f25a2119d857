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
