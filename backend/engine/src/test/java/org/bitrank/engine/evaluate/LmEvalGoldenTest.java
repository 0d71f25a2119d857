package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.bitrank.engine.Progress;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.engine.tasks.Request;
import org.bitrank.engine.tasks.Response;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** SmolLM2 on the public tasks, against what lm-evaluation-harness 0.4.13 recorded for it, request by request. */
class LmEvalGoldenTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * PyTorch's float32 log-softmax over 49,152 tokens is up to 8e-6 nats a token too likely. What it says in float64 of its own
     * logits, less that, for long continuations: written by log_softmax_rounding.py.
     */
    private static final JsonNode ROUNDING = JSON.readTree(
            LmEvalGoldenTest.class.getResourceAsStream("log-softmax-rounding.json"));

    @TempDir
    Path directory;

    @Test
    void firstDocumentsEqualThoseOfTheHarness() throws IOException {
        assertSame(List.of("piqa", "winogrande", "lambada_openai"), 3);
    }

    @Tag("parity")
    @Test
    void everyDocumentEqualsThatOfTheHarness() throws IOException {
        EvaluationReport report = assertSame(List.of("piqa", "arc_easy", "arc_challenge", "hellaswag", "winogrande",
                "lambada_openai", "boolq", "openbookqa"), 100);
        JsonNode summary = SmolLM.golden("summary.json");
        for (TaskReport task : report.tasks()) {
            JsonNode expected = summary.get(task.name()).get("results");
            for (MetricValue metric : task.metrics()) {
                String suffix = "," + metric.filter();
                assertThat(metric.value()).as(task.name() + " " + metric.metric())
                        .isCloseTo(expected.get(metric.metric() + suffix).doubleValue(), Percentage.withPercentage(0.01));
                assertThat(metric.stderr()).as(task.name() + " " + metric.metric() + " stderr")
                        .isCloseTo(expected.get(metric.metric() + "_stderr" + suffix).doubleValue(), Percentage.withPercentage(0.01));
            }
        }
    }

    private EvaluationReport assertSame(List<String> tasks, int limit) throws IOException {
        var request = new EvaluationRequest(SharedFiles.path(SmolLM.FOLDER), null, tasks, null, limit,
                SharedFiles.path("benchmarks/hf"), BosPolicy.AUTO, null, "cpu", ComputeType.FLOAT32, directory, null, false, false);
        EvaluationReport report = Evaluator.evaluate(request, Progress.SILENT);
        for (TaskReport task : report.tasks()) {
            List<JsonNode> golden = golden(task.name());
            assertThat(task.items()).hasSize(limit);
            for (int i = 0; i < limit; i++) {
                assertSameItem(task.name(), i, task.items().get(i), golden.get(i));
            }
        }
        return report;
    }

    private static void assertSameItem(String task, int document, ItemReport item, JsonNode golden) {
        String where = task + " " + document;
        JsonNode requests = golden.get("requests");
        assertThat(item.responses()).as(where).hasSize(requests.size());
        for (int r = 0; r < requests.size(); r++) {
            JsonNode expected = requests.get(r);
            var asked = (Request.LogLikelihood) item.item().requests().get(r);
            var answered = (Response.Scored) item.responses().get(r);
            double likelihood = expected.get("loglikelihood").doubleValue();
            double tolerance = Math.max(1e-4, 1e-5 * -likelihood);
            likelihood += ROUNDING.path(task).path(document + "/" + r).asDouble(0);
            assertThat(asked.context()).as(where).isEqualTo(expected.get("context").stringValue());
            assertThat(asked.continuation()).as(where).isEqualTo(expected.get("continuation").stringValue());
            assertThat(answered.logLikelihood()).as(where).isCloseTo(likelihood, within(tolerance));
            assertThat(answered.greedy()).as(where).isEqualTo(expected.get("is_greedy").booleanValue());
        }
    }

    private static List<JsonNode> golden(String task) throws IOException {
        var documents = new ArrayList<JsonNode>();
        for (String line : Files.readAllLines(SharedFiles.path("golden/smollm2-135m/lm-eval-" + task + ".jsonl"))) {
            documents.add(JSON.readTree(line));
        }
        return documents;
    }
}
