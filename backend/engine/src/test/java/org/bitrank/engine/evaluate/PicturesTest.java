package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.engine.quantize.Quantizer;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.engine.tasks.Response;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of the embedded suite through the whole evaluation: two questions about each, answered in words and as choices. */
class PicturesTest {
    private static final int DOCUMENTS = 12;
    private static final Path DATA = Path.of("datasets", "reference", "tasks");

    @TempDir
    private Path folder;

    @BeforeEach
    void tasks() throws IOException {
        Path data = ModelCatalog.installation().orElseThrow().resolve(DATA).resolve("micro_mme.jsonl");
        String shown = Files.readString(data).replace("\"images/", "\"" + data.resolveSibling("images") + "/");
        Files.writeString(folder.resolve("questions.jsonl"), shown);
        Files.writeString(folder.resolve("words.yaml"), """
                task: words
                dataset_path: json
                dataset_kwargs: {data_files: {test: questions.jsonl}}
                output_type: generate_until
                test_split: test
                doc_to_image: image
                doc_to_text: "<image>\\nQuestion: {{question}}\\nAnswer:"
                doc_to_target: "{{answer|lower}}"
                generation_kwargs: {until: ["\\n"], max_gen_toks: 4}
                filter_list: [{name: stripped, filter: [{function: remove_whitespace}, {function: take_first}]}]
                metric_list: [{metric: exact_match}]
                """);
        Files.writeString(folder.resolve("choices.yaml"), """
                task: choices
                dataset_path: json
                dataset_kwargs: {data_files: {test: questions.jsonl}}
                output_type: multiple_choice
                test_split: test
                doc_to_image: image
                doc_to_text: "<image>\\nQuestion: {{question}}\\nAnswer:"
                doc_to_choice: [" yes", " no"]
                target_delimiter: ""
                doc_to_target: "{{['yes', 'no'].index(answer|lower)}}"
                metric_list: [{metric: acc}]
                """);
    }

    private EvaluationReport evaluate(Path model, Path base, String backend, String... tasks) {
        List<String> files = java.util.Arrays.stream(tasks).map(task -> folder.resolve(task + ".yaml").toString()).toList();
        return Evaluator.evaluate(
                new EvaluationRequest(model, base, files, null, DOCUMENTS, null, BosPolicy.AUTO, null, backend, ComputeType.FLOAT32,
                        folder.resolve("runs"), folder.resolve("bases"), true, false),
                Progress.SILENT);
    }

    private static double value(TaskReport task) {
        return task.metrics().stream().mapToDouble(MetricValue::value).findFirst().orElseThrow();
    }

    @Test
    void aModelThatSeesAnswersAndLooksAtEachPictureOnce() {
        EvaluationReport report = evaluate(ModelCatalog.resolve("reference/micro-llava"), null, "cpu", "words", "choices");
        TaskReport words = report.tasks().getFirst();
        assertThat(value(words)).isGreaterThan(0.8);
        assertThat(value(report.tasks().get(1))).isGreaterThan(0.8);
        assertThat(words.statistics().pictures().pictures()).isEqualTo(DOCUMENTS / 2);
        // A square of four tiles makes 259 tokens, wider pictures fewer.
        assertThat(tokensEach(words.statistics().pictures())).isBetween(154.0, 259.0);
        assertThat(report.pictures()).hasSize(DOCUMENTS / 2);
        // Two questions share a picture, which is run once; choices share what stands before them.
        assertThat(words.forward().share()).isLessThan(0.65);
        assertThat(report.tasks().get(1).forward().run()).isLessThan(DOCUMENTS / 2 * 330);
    }

    @Test
    void aQuantizedModelIsComparedWithItsBaseOnTheSamePictures() {
        Path base = ModelCatalog.resolve("reference/micro-llava");
        Recipe recipe = Recipe.of("{\"method\": \"rtn\", \"weights\": {\"bits\": 8, \"group-size\": 64}}", "reference/micro-llava");
        Path model;
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32)) {
            model = Quantizer.quantize(base, recipe, folder.resolve("artifact"), DataFolders.of(List.of()), backend, Progress.SILENT).path();
        }
        TaskReport choices = evaluate(model, base, "cpu", "choices").tasks().getFirst();
        assertThat(choices.comparisons()).singleElement().satisfies(acc -> assertThat(acc.difference()).isBetween(-0.2, 0.2));
        assertThat(choices.tokens().divergence()).isBetween(0.0, 0.05);
    }

    @Test
    void backEndsSeeTheSame() {
        List<List<Response>> said = List.of("cpu", "reference").stream()
                .map(backend -> evaluate(ModelCatalog.resolve("reference/micro-llava"), null, backend, "words").tasks().getFirst())
                .map(task -> task.items().stream().flatMap(item -> item.responses().stream()).map(Response.class::cast).toList())
                .toList();
        assertThat(said.getFirst()).isEqualTo(said.get(1)).hasSize(DOCUMENTS);
    }

    @Test
    void aModelOfTextAloneRefusesPictures() {
        assertThatThrownBy(() -> evaluate(ModelCatalog.resolve("reference/micro-llama"), null, "cpu", "words"))
                .isInstanceOf(BitRankException.class).hasMessageContaining("vision-language model");
    }

    /** Of a 55x55 picture in a map of 7 rows transformers' rule keeps all seven, the original code six, which it cuts on both sides alike. */
    @Test
    void tokensAreCountedByTheRuleThatWasAskedFor() throws IOException {
        ImageIO.write(new BufferedImage(55, 55, BufferedImage.TYPE_INT_RGB), "png", folder.resolve("square.png").toFile());
        Files.writeString(folder.resolve("questions.jsonl"), "{\"question\": \"Is it black?\", \"answer\": \"Yes\", \"image\": \"%s\"}\n".formatted(folder.resolve("square.png")));
        TaskReport usual = counted(AnyResolution.Rounding.SEVEN_DECIMALS);
        TaskReport original = counted(AnyResolution.Rounding.TRUNCATION);
        assertThat(tokensEach(usual.statistics().pictures())).isEqualTo(112);
        assertThat(tokensEach(original.statistics().pictures())).isEqualTo(98);
        assertThat(original.protocol().canonicalJson()).endsWith(",\"picture_tokens\":\"original\"}");
        // A rule that nobody asked for leaves the record, and so its hash, as it was before there was a choice.
        assertThat(usual.protocol().canonicalJson()).doesNotContain("picture_tokens").contains("\"limit\":12").endsWith("\"engine_version\":\"" + usual.protocol().engineVersion() + "\"}");
    }

    private TaskReport counted(AnyResolution.Rounding rounding) {
        return Evaluator.evaluate(
                new EvaluationRequest(ModelCatalog.resolve("reference/micro-llava"), null, List.of(folder.resolve("words.yaml").toString()), null, DOCUMENTS, null,
                        BosPolicy.AUTO, ChatSettings.AUTO, rounding, null, "cpu", ComputeType.FLOAT32, folder.resolve("runs"), folder.resolve("bases"), true, false),
                Progress.SILENT).tasks().getFirst();
    }

    @Test
    void aPictureThatIsNotThereIsNamedWithItsDocument() throws IOException {
        Path questions = folder.resolve("questions.jsonl");
        Files.writeString(questions, Files.readString(questions).replaceFirst("/001\\.png", "/absent.png"));
        assertThatThrownBy(() -> evaluate(ModelCatalog.resolve("reference/micro-llava"), null, "cpu", "words"))
                .isInstanceOf(BitRankException.class).hasMessageContaining("absent.png").hasMessageContaining("document 2");
    }

    private static double tokensEach(PictureUse use) {
        return (double) use.tokens() / use.pictures();
    }
}
