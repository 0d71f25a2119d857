package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.SharedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Questions of the real data sets: what people wrote must score in full against itself. */
class VisualDataTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    Path folder;

    private PreparedTask prepared(String name, List<Map<String, Object>> rows) throws IOException {
        Task task = TaskRegistry.installed().load(name);
        TaskDefinition definition = task.definition();
        Path place = Files.createDirectories(folder.resolve(task.dataset().replace("/", "__"))
                .resolve(definition.datasetName() == null ? "default" : definition.datasetName()));
        Files.write(place.resolve("any.png"), SmallPicture.png(2, 2, 0));
        Files.write(place.resolve(definition.evaluatedSplit() + ".jsonl"), rows.stream().map(JSON::writeValueAsString).toList());
        return task.prepare(DataSource.of(folder), null, null);
    }

    private static double score(PreparedTask task, int item, String answer) {
        return task.score(task.items().get(item), List.of(new Response.Generated(answer))).getFirst().metrics().getFirst().score().value();
    }

    @Test
    void chartsAnswersAreRightAndSoAreNumbersNearThem() throws IOException {
        var rows = new ArrayList<Map<String, Object>>();
        for (String kind : List.of("human", "augmented")) {
            for (String line : Files.readAllLines(SharedFiles.path("benchmarks/visual/chartqa/test_" + kind + ".jsonl"))) {
                JsonNode row = JSON.readTree(line);
                rows.add(Map.of("question", row.get("question").asString(), "answer", row.get("answer").asString(), "type", kind + "_test", "image", "any.png"));
            }
        }
        PreparedTask task = prepared("chartqa", rows);
        assertThat(task.items()).hasSize(2500);
        int numbers = 0;
        for (int i = 0; i < rows.size(); i++) {
            String answer = (String) rows.get(i).get("answer");
            assertThat(score(task, i, answer + "\n")).as(answer).isEqualTo(1);
            if (answer.matches("[1-9]\\d*")) {
                numbers++;
                assertThat(score(task, i, String.valueOf(1.049 * Integer.parseInt(answer)))).as(answer).isEqualTo(1);
                assertThat(score(task, i, String.valueOf(1.051 * Integer.parseInt(answer)))).as(answer).isEqualTo(0);
            }
        }
        assertThat(numbers).isGreaterThan(500);
    }

    @Test
    void pagesAnswersAreRight() throws IOException {
        var rows = new ArrayList<Map<String, Object>>();
        for (String line : Files.readAllLines(SharedFiles.path("benchmarks/visual/docvqa/val.jsonl"))) {
            JsonNode row = JSON.readTree(line);
            var answers = new ArrayList<String>();
            row.get("answer").forEach(answer -> answers.add(answer.asString()));
            rows.add(Map.of("question", row.get("question").asString(), "answers", answers, "docId", row.get("image").asString(), "image", "any.png"));
        }
        PreparedTask task = prepared("docvqa_val", rows);
        assertThat(task.items()).hasSize(5349);
        for (int i = 0; i < rows.size(); i++) {
            List<?> answers = (List<?>) rows.get(i).get("answers");
            for (Object answer : answers) {
                assertThat(score(task, i, String.valueOf(answer))).as("%s", answer).isEqualTo(1);
            }
        }
    }

    /** NLVR's sentences with two of their real pictures each. */
    @Test
    void severalRealPicturesBelongToASentence() throws IOException {
        Path shared = SharedFiles.path("benchmarks/visual/nlvr/dev");
        var rows = new ArrayList<String>();
        for (String line : Files.readAllLines(shared.resolve("dev.json"))) {
            JsonNode row = JSON.readTree(line);
            String[] identifier = row.get("identifier").asString().split("-");
            String name = "images/%s/dev-%s-%%d-%s.png".formatted(row.get("directory").asString(), identifier[0], identifier[1]);
            if (Files.exists(shared.resolve(name.formatted(0))) && Files.exists(shared.resolve(name.formatted(3))) && rows.size() < 40) {
                rows.add(line);
            }
        }
        Files.write(folder.resolve("dev.jsonl"), rows);
        Path file = Files.writeString(folder.resolve("nlvr.yaml"), """
                task: nlvr
                dataset_path: json
                dataset_kwargs: {data_files: {dev: dev.jsonl}}
                validation_split: dev
                output_type: multiple_choice
                doc_to_image: "{% set name = identifier.split('-') %}[{% for k in [0, 3] %}'SHARED/images/{{directory}}/dev-{{name[0]}}-{{k}}-{{name[1]}}.png',{% endfor %}]"
                doc_to_text: "Left: <image>\\nRight: <image>\\n{{sentence}} Is this true?"
                doc_to_choice: ["false", "true"]
                doc_to_target: "{{label}}"
                """.replace("SHARED", shared.toString()));
        PreparedTask task = TaskRegistry.installed().load(file.toString()).prepare(DataSource.of(null), null, null);
        assertThat(task.items()).hasSizeGreaterThan(10).allSatisfy(item -> {
            var asked = (Request.LogLikelihood) item.requests().getFirst();
            assertThat(asked.images()).hasSize(2).doesNotHaveDuplicates();
            assertThat(asked.context()).startsWith("Left: <image>\nRight: <image>\n");
        });
    }
}
