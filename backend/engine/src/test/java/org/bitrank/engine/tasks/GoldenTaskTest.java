package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The requests, per-document metrics and aggregates of lm-evaluation-harness 0.4.13 on SmolLM2-135M, from its own run. */
class GoldenTaskTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MAX_LENGTH = 2048;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "piqa", "arc_easy", "arc_challenge", "hellaswag", "winogrande", "lambada_openai", "boolq", "openbookqa", "wikitext",
                "arc_easy_5shot", "truthfulqa_mc1", "truthfulqa_mc2", "crows_pairs_english", "gsm8k", "mmlu_anatomy", "mmlu_anatomy_5shot",
                "mmlu_management", "mmlu_management_5shot"
            })
    void asksAndScoresAsTheHarnessDoes(String name) throws IOException {
        Path golden = SharedFiles.path("golden/smollm2-135m/lm-eval-" + name + ".jsonl");
        JsonNode summary = JSON.readTree(Files.readString(SharedFiles.path("golden/smollm2-135m/summary.json"))).get(name);
        PreparedTask task = task(name, summary.get("num_fewshot").intValue(), summary.get("docs").intValue());
        var scores = new ArrayList<ItemScores>();
        try (var tokenizer = Tokenizer.of(SharedFiles.path("models/smollm2-135m-instruct"))) {
            var encoder = new PairEncoder(tokenizer, BosPolicy.AUTO, MAX_LENGTH);
            List<String> lines = Files.readAllLines(golden);
            assertThat(task.items()).hasSize(lines.size());
            for (int i = 0; i < lines.size(); i++) {
                JsonNode row = JSON.readTree(lines.get(i));
                Item item = task.items().get(i);
                assertThat(item.documentId()).isEqualTo(row.get("doc_id").intValue());
                assertThat(String.valueOf(item.target())).isEqualTo(row.get("target").asString());
                assertRequests(item, row.get("requests"), encoder);
                List<ItemScores> scored = task.score(item, responses(row.get("requests")));
                if (row.has("filters")) {
                    assertFilters(task, item, scored.getFirst(), row);
                } else {
                    assertMetrics(scored.getFirst().metrics(), "none", row.get("metrics"));
                }
                scores.addAll(scored);
            }
        }
        assertAggregates(task.task().aggregate(scores), summary.get("results"));
    }

    private static PreparedTask task(String name, int shots, int documents) {
        var data = DataSource.of(SharedFiles.path("benchmarks/hf"));
        if (!name.equals("arc_easy_5shot")) {
            return TaskRegistry.installed().load(name.replace("_5shot", "")).prepare(data, shots, documents);
        }
        // The golden run drew its examples from the evaluated split, as the training split was not at hand.
        var file = TaskRegistry.installed().load(name.replace("_5shot", "")).file().orElseThrow();
        return new Task(name, TaskReader.of(TaskIndex.merged(TaskFile.read(file).tasks().getFirst(), Map.of("fewshot_split", "test")), file, name)).prepare(data, shots, documents);
    }

    private static void assertRequests(Item item, JsonNode wanted, PairEncoder encoder) {
        assertThat(item.requests()).hasSize(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            JsonNode request = wanted.get(i);
            switch (item.requests().get(i)) {
                case Request.LogLikelihood pair -> {
                    assertThat(pair.context()).isEqualTo(request.get("context").stringValue());
                    assertThat(pair.continuation()).isEqualTo(request.get("continuation").stringValue());
                    TokenPair tokens = encoder.encode(pair);
                    assertThat(tokens.context()).hasSize(request.get("context_tokens").intValue());
                    assertThat(tokens.continuation())
                            .hasSize(request.get("continuation_tokens").intValue())
                            .isEqualTo(request.get("continuation_ids").valueStream().mapToInt(JsonNode::intValue).toArray());
                }
                case Request.Rolling rolling -> {
                    assertThat(rolling.text()).isEqualTo(request.get("text").stringValue());
                    int predicted = encoder.rolling(rolling.text()).stream().mapToInt(pair -> pair.continuation().length).sum();
                    assertThat(predicted).isEqualTo(request.get("tokens").intValue());
                }
                case Request.Generate prompt -> {
                    assertThat(prompt.context()).isEqualTo(request.get("context").stringValue());
                    assertThat(encoder.encode(prompt.context())).hasSize(request.get("context_tokens").intValue());
                }
                case Request.Windows windows -> throw new AssertionError(windows);
            }
        }
    }

    private static List<Response> responses(JsonNode requests) {
        var responses = new ArrayList<Response>();
        for (JsonNode request : requests) {
            responses.add(request.has("generated")
                    ? new Response.Generated(request.get("generated").stringValue())
                    : new Response.Scored(request.get("loglikelihood").doubleValue(), request.path("is_greedy").asBoolean(false)));
        }
        return responses;
    }

    private static void assertFilters(PreparedTask task, Item item, ItemScores scored, JsonNode row) {
        String answer = row.get("requests").get(0).get("generated").stringValue();
        row.get("filters").propertyStream().forEach(filter -> {
            assertThat(task.filtered(filter.getKey(), answer, item)).isEqualTo(filter.getValue().get("filtered").get(0).stringValue());
            var metrics = scored.metrics().stream().filter(metric -> metric.filter().equals(filter.getKey())).toList();
            assertMetrics(metrics, filter.getKey(), filter.getValue().get("metrics"));
        });
    }

    private static void assertMetrics(List<ItemMetric> metrics, String filter, JsonNode wanted) {
        assertThat(metrics).hasSize(wanted.size());
        for (ItemMetric metric : metrics) {
            JsonNode value = wanted.get(metric.metric());
            assertThat(metric.filter()).isEqualTo(filter);
            if (value.isArray()) {
                assertThat(metric.score()).isEqualTo(new Score(value.get(0).doubleValue(), value.get(1).doubleValue()));
            } else {
                assertThat(metric.score().value()).isCloseTo(value.doubleValue(), within(1e-12));
            }
        }
    }

    private static void assertAggregates(List<MetricValue> values, JsonNode wanted) {
        assertThat(values).hasSize(wanted.size() / 2);
        for (MetricValue value : values) {
            String key = value.metric() + "," + value.filter();
            assertThat(value.value()).as(key).isCloseTo(wanted.get(key).doubleValue(), within(1e-9 * Math.abs(value.value())));
            JsonNode error = wanted.get(value.metric() + "_stderr," + value.filter());
            if (error.isString()) {
                assertThat(value.stderr()).as(key).isNull();
            } else {
                assertThat(value.stderr()).as(key).isCloseTo(error.doubleValue(), within(1e-9));
            }
        }
    }
}
