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
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The visual tasks on rows of ours in the columns of their data sets, against lmms-eval's own code (visual_cases.py). */
class VisualCasesTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    Path folder;

    private static JsonNode cases() throws IOException {
        try (var in = VisualCasesTest.class.getResourceAsStream("visual_cases.json")) {
            return JSON.readTree(in);
        }
    }

    /** With small pictures in every column that the task or the rows speak of. */
    private PreparedTask prepared(String name, JsonNode rows) throws IOException {
        Task task = TaskRegistry.installed().load(name);
        TaskDefinition definition = task.definition();
        Path place = folder.resolve(task.dataset().replace("/", "__"))
                .resolve(definition.datasetName() == null ? "default" : definition.datasetName());
        Files.createDirectories(place);
        var lines = new ArrayList<String>();
        for (JsonNode row : rows) {
            var filled = (ObjectNode) row.deepCopy();
            for (String column : List.of("image", "image_0", "image_1", "image_2", "image_3")) {
                Files.write(place.resolve(column + ".png"), SmallPicture.png(1 + column.length(), 1 + column.charAt(column.length() - 1), 0x808080));
                filled.put(column, column + ".png");
            }
            lines.add(JSON.writeValueAsString(filled));
        }
        Files.write(place.resolve(definition.evaluatedSplit() + ".jsonl"), lines);
        return task.prepare(DataSource.of(folder), null, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "ai2d", "chartqa", "docvqa_val", "mme", "mmbench_en_dev", "scienceqa_img", "pope", "textvqa_val", "vizwiz_vqa_val", "vqav2_val", "mmmu_val", "nlvr2"
    })
    void asksAndScoresAsTheHarnessDoes(String name) throws IOException {
        JsonNode expected = cases().get(name);
        PreparedTask task = prepared(name, expected.get("rows"));
        var softly = new SoftAssertions();
        for (int i = 0; i < expected.get("prompts").size(); i++) {
            String prompt = expected.get("prompts").get(i).asString();
            var asked = (Request.Generate) task.items().get(i).requests().getFirst();
            String pictures = prompt.contains("<image>") ? "" : "<image> ".repeat(asked.images().size()).strip() + "\n";
            softly.assertThat(asked.context()).isEqualTo(pictures + prompt);
        }
        for (JsonNode score : expected.get("scores")) {
            Item item = task.items().get(score.get(0).asInt());
            String answer = score.get(1).asString();
            var scored = new HashMap<String, Double>();
            task.score(item, List.of(new Response.Generated(answer))).getFirst().metrics()
                    .forEach(metric -> scored.put(metric.metric(), metric.score().value()));
            score.get(2).forEachEntry((metric, value) -> softly.assertThat(scored.get(metric))
                    .as("%s of '%s' to %s", metric, answer, item.document())
                    .isCloseTo(value.asDouble(), within(1e-12)));
        }
        softly.assertAll();
    }

    @Test
    void popesSharesAreTheHarnesss() throws IOException {
        JsonNode expected = cases().get("pope");
        PreparedTask task = prepared("pope", expected.get("rows"));
        var scores = new ArrayList<ItemScores>();
        for (JsonNode score : expected.get("scores")) {
            scores.addAll(task.score(task.items().get(score.get(0).asInt()), List.of(new Response.Generated(score.get(1).asString()))));
        }
        var values = new HashMap<String, Double>();
        task.task().aggregate(scores).forEach(value -> values.put(value.metric(), value.value()));
        expected.get("aggregates").forEachEntry((metric, value) -> assertThat(values.get(metric)).as(metric).isCloseTo(value.asDouble(), within(1e-12)));
    }

    @Test
    void mmmuShowsThePicturesThatQuestionAndOptionsSpeakOf() throws IOException {
        PreparedTask task = prepared("mmmu_val", cases().get("mmmu_val").get("rows"));
        var asked = (Request.Generate) task.items().get(1).requests().getFirst();
        assertThat(asked.images()).extracting(image -> Path.of(image.name()).getFileName().toString())
                .containsExactly("image_1.png", "image_2.png", "image_3.png");
        assertThat(asked.context()).startsWith("<image> <image> <image>\nCompare <image 2> and <image 1>.");
    }

    @Test
    void mmbenchIsRightWhenEveryTurnIs() throws IOException {
        PreparedTask task = prepared("mmbench_en_dev", cases().get("mmbench_en_dev").get("rows"));
        assertThat(values(task, "B", "A", "C")).containsAllEntriesOf(Map.of("circular_acc", 1.0, "acc", 1.0, "unresolved", 0.0));
        assertThat(values(task, "B", "B", "C")).containsAllEntriesOf(Map.of("circular_acc", 0.5, "acc", 1.0));
        assertThat(values(task, "?", "A", "A")).containsAllEntriesOf(Map.of("circular_acc", 0.0, "acc", 0.0, "unresolved", 1 / 3.0));
    }

    @Test
    void mmeGivesPointsForAnswersAndForWholePictures() throws IOException {
        PreparedTask task = prepared("mme", cases().get("mme").get("rows"));
        assertThat(values(task, "Yes", "No", "no")).containsAllEntriesOf(Map.of(
                "mme_perception_score", 200.0, "existence_acc", 1.0, "existence_acc_plus", 1.0, "mme_cognition_score", 0.0));
        assertThat(values(task, "Yes", "Yes", "what")).containsAllEntriesOf(Map.of(
                "mme_perception_score", 50.0, "existence_acc", 0.5, "existence_acc_plus", 0.0, "unresolved", 1 / 3.0));
    }

    private static Map<String, Double> values(PreparedTask task, String... answers) {
        var scores = new ArrayList<ItemScores>();
        for (int i = 0; i < answers.length; i++) {
            scores.addAll(task.score(task.items().get(i), List.of(new Response.Generated(answers[i]))));
        }
        var values = new HashMap<String, Double>();
        task.task().aggregate(task.settled(scores)).forEach(value -> values.put(value.metric(), value.value()));
        return values;
    }
}
