package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.ArtifactWriter;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.measure.Tower;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Vision-language models, quantized as a whole and in parts. */
class TowerRecipesTest {
    private final TinyLlava model = TinyLlava.next();
    private static final String ALL = "scope: {towers: [language, projector, vision]}";

    private final Backend backend = Backends.open("cpu", ComputeType.FLOAT32);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    private static Set<String> quantized(Path artifact) {
        try (var checkpoint = Checkpoint.open(artifact)) {
            return checkpoint.weights().names().stream()
                    .filter(name -> checkpoint.weights().info(name).quantized())
                    .collect(Collectors.toSet());
        }
    }

    /** Root mean square of the logits' difference from the unquantized model's, as a share of theirs. */
    private double loss(Path artifact) {
        float[] original = model.logits(model.path(), backend);
        return Logits.distance(model.logits(artifact, backend), original) / Logits.distance(original, new float[original.length]);
    }

    @ParameterizedTest
    @CsvSource({"language, 14", "projector, 2", "vision, 18", "'language, projector, vision', 34"})
    void thePartsThatAreNamedAreQuantizedAndNoOthers(String towers, int layers) {
        Path output = folder.resolve("out");
        QuantizationReport report =
                model.quantize("{method: rtn, weights: {bits: 8, group-size: 16}, scope: {towers: [%s]}}".formatted(towers), output, backend);
        assertThat(report.layers()).isEqualTo(layers);
        Set<String> quantized = quantized(output);
        assertThat(quantized).hasSize(layers);
        assertThat(quantized.stream().map(name -> Tower.of(name).label()).distinct().toList())
                .containsExactlyInAnyOrderElementsOf(List.of(towers.split(", ")));
        assertThat(loss(output)).isBetween(1e-9, 0.02);
    }

    @Test
    void rulesAndExceptionsReachIntoTowers() {
        Path output = folder.resolve("out");
        model.quantize("""
                {method: rtn, weights: {bits: 4, group-size: 16}, scope: {towers: [language, vision], exclude: [lm_head, "*.layers.0.mlp.*"]},
                 modules: [{match: "vision_tower.*", weights: {bits: 8}}]}""", output, backend);
        assertThat(quantized(output)).noneMatch(name -> name.contains(".layers.0.mlp."));
        try (var checkpoint = Checkpoint.open(output)) {
            assertThat(checkpoint.weights().info("vision_tower.vision_model.encoder.layers.1.mlp.fc1.weight").bits()).isEqualTo(8);
            assertThat(checkpoint.weights().info("model.layers.1.mlp.down_proj.weight").bits()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rtn", "gptq", "awq", "slim-llm", "smoothquant"})
    void theStudysMethodsQuantizeTheLanguageModelOnTextAndOnPictures(String method) throws IOException {
        for (String dataset : List.of(model.text(folder), model.pictures(folder))) {
            Path output = folder.resolve(method + dataset.startsWith("text"));
            model.quantize("{method: %s, weights: {%s}, calibration: {dataset: '%s', samples: 6, sequence-length: 128}}"
                    .formatted(method, method.equals("smoothquant") ? "" : "bits: 4, group-size: 16", dataset), output, backend);
            assertThat(quantized(output)).hasSize(14);
            assertThat(loss(output)).as(dataset).isBetween(1e-9, 0.35);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rtn", "gptq", "awq", "slim-llm", "smoothquant", "hqq", "gptq options", "awq rules"})
    void methodsQuantizeEveryPartOnPictures(String name) throws IOException {
        String recipe = switch (name) {
            case "gptq options" -> "method: gptq, weights: {bits: 4, group-size: 16}, options: {asymmetric-calibration: true}";
            case "awq rules" -> "method: awq, weights: {bits: 4, group-size: 16}, modules: [{match: 'vision_tower.*', method: gptq}]";
            case "smoothquant" -> "method: smoothquant";
            default -> "method: " + name + ", weights: {bits: 4, group-size: 16}";
        };
        Path output = folder.resolve("out");
        model.quantize("{%s, %s, calibration: {dataset: '%s', samples: 6, sequence-length: 256}}".formatted(recipe, ALL, model.pictures(folder)),
                output, backend);
        assertThat(quantized(output)).hasSize(34);
        assertThat(loss(output)).isBetween(1e-9, 0.35);
    }

    @Test
    void gptqLosesLessThanRoundingOnWhatTheTowersGive() throws IOException {
        String weights = "weights: {bits: 3, group-size: 16, symmetric: true}, " + ALL;
        model.quantize("{method: rtn, %s}".formatted(weights), folder.resolve("rtn"), backend);
        model.quantize("{method: gptq, %s, calibration: {dataset: '%s', samples: 6, sequence-length: 256}}".formatted(weights, model.pictures(folder)),
                folder.resolve("gptq"), backend);
        assertThat(loss(folder.resolve("gptq"))).isLessThan(loss(folder.resolve("rtn")));
    }

    @Test
    void theManifestNamesThePictures() throws IOException {
        Path output = folder.resolve("out");
        model.quantize("{method: gptq, weights: {bits: 4, group-size: 16}, calibration: {dataset: '%s', samples: 6, sequence-length: 256}}"
                .formatted(model.pictures(folder)), output, backend);
        JsonNode calibration = JsonMapper.shared().readTree(output.resolve(ArtifactWriter.MANIFEST)).path("calibration");
        assertThat(calibration.path("source").asString()).isEqualTo("pictures.jsonl");
        assertThat(calibration.path("samples").asInt()).isEqualTo(6);
        assertThat(calibration.path("pictures").asInt()).isEqualTo(model.pictures().size());
        assertThat(calibration.path("pictures_sha256").asString()).hasSize(64);
    }

    @Test
    void aModelOfTextAloneHasNoTowersToQuantize() {
        Path text = ModelCatalog.resolve("reference/micro-llama");
        var recipe = Recipe.of("{method: rtn, " + ALL + "}", "reference/micro-llama");
        assertThatThrownBy(() -> Quantizer.quantize(text, recipe, folder.resolve("out"), DataFolders.of(List.of()), backend, Progress.SILENT))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                .hasMessageContaining("reads text alone; leave scope.towers out");
    }

    @Test
    void methodsThatLookAtDataNeedPicturesForTowers() throws IOException {
        String data = "calibration: {dataset: '%s', samples: 6, sequence-length: 64}".formatted(model.text(folder));
        assertThatThrownBy(() -> model.quantize("{method: gptq, scope: {towers: [vision]}, %s}".formatted(data), folder.resolve("a"), backend))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("the vision tower").hasMessageContaining("pictures:FILE").hasMessageContaining("rtn");
        assertThatThrownBy(() -> model.quantize("{method: gptq, scope: {towers: [projector]}, %s}".formatted(data), folder.resolve("b"), backend))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("the projector");
        Path output = folder.resolve("c");
        model.quantize("""
                {method: gptq, weights: {bits: 4, group-size: 16}, %s, %s, modules: [{match: "vision_tower.*", method: rtn}, {match: "multi_modal_projector.*", method: rtn}]}"""
                .formatted(ALL, data), output, backend);
        assertThat(quantized(output)).hasSize(34);
    }
}
