package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Installed tasks on rows of our own, against what lm-evaluation-harness's own task files make of them (task_cases.py). */
class TaskCasesTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> GENERATED = List.of(" the Penguin! ", "ice", "No one's");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> asksAndScoresAsTheHarnessDoes() throws IOException {
        JsonNode cases;
        try (var in = TaskCasesTest.class.getResourceAsStream("task_cases.json")) {
            cases = JSON.readTree(in).get("cases");
        }
        TaskRegistry registry = TaskRegistry.installed();
        return cases.propertyStream().map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(registry.load(entry.getKey()), entry.getValue())));
    }

    private void check(Task task, JsonNode wanted) throws IOException {
        TaskDefinition definition = task.definition();
        Path data = folder.resolve(task.name());
        String config = definition.datasetName() == null ? "default" : definition.datasetName();
        Path place = Files.createDirectories(data.resolve(definition.datasetPath().replace("/", "__")).resolve(config));
        for (var split : wanted.get("splits").properties()) {
            Files.write(place.resolve(split.getKey() + ".jsonl"), split.getValue().valueStream().map(JsonNode::toString).toList());
        }
        var prepared = task.prepare(DataSource.of(data), wanted.get("shots").intValue(), null);
        assertThat(String.valueOf(task.version())).isEqualTo(wanted.get("version").stringValue().replace("Yaml", "0"));
        assertThat(prepared.items()).hasSize(wanted.get("items").size());
        var scores = new ArrayList<ItemScores>();
        for (Item item : prepared.items()) {
            JsonNode requests = wanted.get("items").get(item.documentId()).get("requests");
            assertThat(item.requests()).isEqualTo(requests(requests, definition.generation()));
            scores.addAll(prepared.score(item, answers(item)));
        }
        Map<String, Double> values = new HashMap<>();
        task.aggregate(scores).forEach(value -> values.put(value.metric(), value.value()));
        assertThat(values.keySet()).containsExactlyInAnyOrderElementsOf(wanted.get("metrics").propertyNames());
        wanted.get("metrics").forEachEntry((metric, value) -> assertThat(values.get(metric)).as(metric).isCloseTo(value.doubleValue(), within(1e-12)));
    }

    private static List<Request> requests(JsonNode requests, GenerationSettings settings) {
        var expected = new ArrayList<Request>();
        for (JsonNode request : requests) {
            if (request.has("text")) {
                expected.add(new Request.Rolling(request.get("text").stringValue()));
            } else if (request.has("until")) {
                var until = request.get("until").valueStream().map(JsonNode::stringValue).toList();
                expected.add(new Request.Generate(request.get("context").stringValue(), new GenerationSettings(until, settings.maxTokens())));
            } else {
                expected.add(new Request.LogLikelihood(request.get("context").stringValue(), request.get("continuation").stringValue()));
            }
        }
        return expected;
    }

    /** The made-up answers of task_cases.py. */
    private static List<Response> answers(Item item) {
        var answers = new ArrayList<Response>();
        for (int choice = 0; choice < item.requests().size(); choice++) {
            double likelihood = -1 - ((7 * item.documentId() + 3 * choice) % 11) / 4.0;
            answers.add(item.requests().get(choice) instanceof Request.Generate
                    ? new Response.Generated(GENERATED.get(item.documentId() % 3))
                    : new Response.Scored(likelihood, choice % 2 == 0));
        }
        return answers;
    }
}
