package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitrank.engine.Progress;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.tasks.SkippedDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A LLaVA-NeXT of random weights, which says the same over and over, on a task whose pictures are not all there. */
class BadPicturesTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path folder;

    @Test
    void theResultsSayWhatWasLeftOutWhatWasSaidForNothingAndHowItWasAsked() throws IOException {
        Path shown = ModelCatalog.installation().orElseThrow().resolve("datasets/reference/tasks/images/micro_mme");
        Files.copy(shown.resolve("000.png"), folder.resolve("whole.png"));
        Files.write(folder.resolve("cut.png"), Arrays.copyOf(Files.readAllBytes(shown.resolve("000.png")), 100));
        var rows = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            rows.add("{\"question\": \"Is it %d?\", \"answer\": \"%s\", \"image\": \"%s\"}".formatted(i, i % 2 == 0 ? "yes" : "no", i == 1 ? "cut.png" : "whole.png"));
        }
        Files.write(folder.resolve("rows.jsonl"), rows);
        Path task = Files.writeString(folder.resolve("mine.yaml"), """
                task: mine
                dataset_path: json
                dataset_kwargs: {data_files: {test: rows.jsonl}}
                test_split: test
                on_bad_image: skip
                doc_to_image: image
                doc_to_text: "{{question}}"
                doc_to_target: "{{answer}}"
                generation_kwargs: {until: [], max_gen_toks: 48}
                """);
        EvaluationReport report = Evaluator.evaluate(
                EvaluationRequest.of(SharedFiles.path("fixtures/hf/multimodal/llava_next-bf16"), List.of(task.toString()), folder.resolve("run")),
                Progress.SILENT);
        TaskReport mine = report.tasks().getFirst();
        assertThat(mine.task().skipped()).extracting(SkippedDocument::documentId).containsExactly(1);
        assertThat(mine.statistics().skipped()).isOne();
        assertThat(mine.statistics().degenerate().answers()).isEqualTo(3);

        JsonNode results = JSON.readTree(ResultsFile.text(report)).get("bitrank");
        assertThat(results.at("/skipped_documents/mine/0/doc_id").asInt()).isOne();
        assertThat(results.at("/skipped_documents/mine/0/reason").asString()).contains("cut.png");
        assertThat(results.at("/conversations/mine/template").asString()).isEqualTo("the model's chat template");
        int told = results.at("/statistics/mine/degenerate_answers/total").asInt();
        assertThat(told).isEqualTo(mine.statistics().degenerate().total());

        List<JsonNode> samples = Files.readAllLines(SamplesFiles.write(report, folder).getFirst()).stream().map(JSON::readTree).toList();
        assertThat(samples).hasSize(3);
        assertThat(samples.stream().filter(line -> line.has("degenerate")).count()).isEqualTo(told);
        assertThat(samples.getFirst().at("/arguments/gen_args_0/arg_0").asString()).contains("<image>\nIs it 0?");
    }
}
