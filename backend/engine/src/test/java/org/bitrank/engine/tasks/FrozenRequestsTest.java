package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.bitrank.engine.SharedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The requests that another harness froze into files. Where the task is the same, ours are equal; where it is another version,
 * the difference is the one that docs/protocol.md states, and a task file that states that version gives the frozen requests.
 */
class FrozenRequestsTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    Path folder;

    /** A document with the requests about its choices; those about a choice without its question have other numbers of documents. */
    private record Frozen(JsonNode document, List<Request> requests) {}

    private static List<Frozen> frozen(String name) throws IOException {
        var byDocument = new LinkedHashMap<Integer, Frozen>();
        var path = SharedFiles.path("benchmarks/requests/" + name + "/requests.jsonl.gz");
        try (var lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(Files.newInputStream(path)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode row = JSON.readTree(line);
                if (row.get("doc_id").intValue() >= 1_000_000) {
                    continue;
                }
                JsonNode request = row.get("request");
                byDocument.computeIfAbsent(row.get("doc_id").intValue(), _ -> new Frozen(row.get("doc"), new ArrayList<>()))
                        .requests().add(new Request.LogLikelihood(request.get("context").stringValue(), request.get("continuation").stringValue()));
            }
        }
        return List.copyOf(byDocument.values());
    }

    private List<Item> items(String task, String place, List<ObjectNode> rows, int shots) throws IOException {
        Path file = folder.resolve(place);
        Files.createDirectories(file.getParent());
        Files.write(file, rows.stream().map(JsonNode::toString).toList());
        return TaskRegistry.installed().load(task).prepare(DataSource.of(folder), shots, null).items();
    }

    private static String text(JsonNode node, String name) {
        return node.get(name).stringValue();
    }

    private static String question(Frozen one, String before) {
        String query = text(one.document(), "query");
        return query.substring(before.length(), query.length() - "\nAnswer:".length());
    }

    @Test
    void arcEasyAsksTheSame() throws IOException {
        List<Frozen> frozen = frozen("arc_easy/rc_0shot");
        var rows = new ArrayList<ObjectNode>();
        for (Frozen one : frozen) {
            ObjectNode row = JSON.createObjectNode().put("question", question(one, "Question: "));
            ObjectNode choices = row.putObject("choices");
            choices.set("text", one.document().get("choices"));
            for (int i = 0; i < one.document().get("choices").size(); i++) {
                choices.withArray("label").add(String.valueOf((char) ('A' + i)));
            }
            rows.add(row.put("answerKey", String.valueOf((char) ('A' + one.document().get("gold").intValue()))));
        }
        List<Item> items = items("arc_easy", "allenai__ai2_arc/ARC-Easy/test.jsonl", rows, 0);
        assertThat(items).hasSize(570);
        for (int i = 0; i < items.size(); i++) {
            assertThat(items.get(i).requests()).isEqualTo(frozen.get(i).requests());
            assertThat(items.get(i).target()).isEqualTo(frozen.get(i).document().get("gold").longValue());
        }
    }

    @Test
    void piqaAsksWithAnotherWordInFront() throws IOException {
        List<Frozen> frozen = frozen("piqa/rc_0shot");
        List<Item> items = TaskRegistry.installed().load("piqa")
                .prepare(DataSource.of(SharedFiles.path("benchmarks/hf")), 0, null).items();
        assertThat(items).hasSize(1838).hasSameSizeAs(frozen);
        for (int i = 0; i < items.size(); i++) {
            var asked = new ArrayList<Request>();
            for (Request request : frozen.get(i).requests()) {
                var pair = (Request.LogLikelihood) request;
                asked.add(new Request.LogLikelihood("Question: " + pair.context().substring("Goal: ".length()), pair.continuation()));
            }
            assertThat(items.get(i).requests()).isEqualTo(asked);
        }
    }

    @Test
    void hellaSwagAsksTheSameAfterItsExamples() throws IOException {
        Map<String, Frozen> byQuestion = new HashMap<>();
        for (Frozen one : frozen("hellaswag/rc_5shot")) {
            byQuestion.put(text(one.document(), "query"), one);
        }
        List<Item> items = TaskRegistry.installed().load("hellaswag")
                .prepare(DataSource.of(SharedFiles.path("benchmarks/hf")), 0, null).items();
        assertThat(items).hasSize(1000);
        for (Item item : items) {
            Frozen one = byQuestion.get(((Request.LogLikelihood) item.requests().getFirst()).context());
            for (int i = 0; i < item.requests().size(); i++) {
                var ours = (Request.LogLikelihood) item.requests().get(i);
                var theirs = (Request.LogLikelihood) one.requests().get(i);
                assertThat(theirs.context()).endsWith("\n\n" + ours.context());
                assertThat(theirs.continuation()).isEqualTo(ours.continuation());
            }
        }
    }

    @Test
    void commonsenseQaScoresLettersWhereTheFrozenOneScoresAnswers() throws IOException {
        List<Frozen> frozen = frozen("csqa/rc_0shot");
        var rows = new ArrayList<ObjectNode>();
        for (Frozen one : frozen) {
            ObjectNode row = JSON.createObjectNode().put("question", question(one, "Question: "));
            ObjectNode choices = row.putObject("choices");
            choices.set("text", one.document().get("choices"));
            for (String label : List.of("A", "B", "C", "D", "E")) {
                choices.withArray("label").add(label);
            }
            rows.add(row.put("answerKey", String.valueOf((char) ('A' + one.document().get("gold").intValue()))));
        }
        List<Item> items = items("commonsense_qa", "tau__commonsense_qa/default/validation.jsonl", rows, 0);
        assertThat(items).hasSize(1221);
        for (int i = 0; i < items.size(); i++) {
            var listed = new StringBuilder(text(rows.get(i), "question").strip());
            for (int choice = 0; choice < 5; choice++) {
                listed.append('\n').append((char) ('A' + choice)).append(". ").append(frozen.get(i).document().get("choices").get(choice).stringValue());
            }
            assertThat(((Request.LogLikelihood) items.get(i).requests().getFirst()).context()).isEqualTo("Question: " + listed + "\nAnswer:");
        }
        assertSame(frozen, """
                output_type: multiple_choice
                doc_to_text: "{{query}}"
                doc_to_choice: choices
                doc_to_target: gold
                """, 0, null);
    }

    @Test
    void aTaskFileWithTheOtherHarnesssExamplesGivesItsFiveShotRequests() throws IOException {
        List<Frozen> frozen = frozen("piqa/mc_5shot");
        String context = ((Request.LogLikelihood) frozen.getFirst().requests().getFirst()).context();
        String[] turns = context.split("\n\n");
        var samples = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            String[] lines = turns[i].split("\n");
            ObjectNode sample = JSON.createObjectNode();
            sample.put("goal", lines[0].substring("Goal: ".length())).put("sol1", lines[1].substring(4)).put("sol2", lines[2].substring(4));
            sample.put("label", lines[3].endsWith("A") ? 0 : 1);
            samples.append("    - ").append(sample).append('\n');
        }
        assertSame(frozen, """
                output_type: multiple_choice
                doc_to_text: "Goal: {{goal}}\\n A. {{sol1}}\\n B. {{sol2}}\\nAnswer:"
                doc_to_choice: ["A", "B"]
                doc_to_target: label
                fewshot_config:
                  sampler: first_n
                  samples:
                """ + samples, 5, 1000);
    }

    private void assertSame(List<Frozen> frozen, String yaml, int shots, Integer count) throws IOException {
        Files.write(folder.resolve("frozen.jsonl"), frozen.stream().map(one -> one.document().toString()).toList());
        Path file = Files.writeString(folder.resolve("frozen.yaml"), """
                task: frozen
                dataset_path: json
                dataset_kwargs: {data_files: {test: frozen.jsonl}}
                test_split: test
                """ + yaml);
        List<Item> items = TaskRegistry.installed().load(file.toString()).prepare(DataSource.of(null), shots, null).items();
        assertThat(items).hasSameSizeAs(frozen);
        if (count != null) {
            assertThat(items).hasSize(count);
        }
        for (int i = 0; i < items.size(); i++) {
            assertThat(items.get(i).requests()).isEqualTo(frozen.get(i).requests());
        }
    }
}
