package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What lies on disk of a quantized vision-language model. */
class TowerArtifactsTest {
    private static final String ALL = "scope: {towers: [language, projector, vision]}";

    private final TinyLlava model = TinyLlava.next();
    private final Backend backend = Backends.open("cpu", ComputeType.FLOAT32);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    /** Names of modules and plain tensors, without what formats put behind them. */
    private static Set<String> modules(Path directory) {
        try (var file = SafetensorsFile.open(directory.resolve("model.safetensors"))) {
            return file.names().stream().map(name -> name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', compressed-tensors", "'', gptq", "'', awq", "'', hqq", "'', bitrank",
        "hub-names, compressed-tensors", "hub-names, gptq", "original-names, compressed-tensors", "original-names, awq", "original-names, bitrank"
    })
    void everyFormatKeepsTheNamesOfItsBaseAndReadsBackAlike(String naming, String format) {
        int bits = format.equals("awq") ? 4 : 8;
        String recipe = "{method: rtn, weights: {bits: %d, group-size: 16, symmetric: %s}, %s, format: ".formatted(bits, format.equals("gptq"), ALL);
        TinyLlava named = model.named(naming);
        Path output = folder.resolve("out");
        Path plain = folder.resolve("plain");
        named.quantize(recipe + format + "}", output, backend);
        named.quantize(recipe + "bitrank}", plain, backend);
        assertThat(modules(output)).isEqualTo(modules(named.path()));
        try (var one = Checkpoint.open(output); var other = Checkpoint.open(plain)) {
            assertThat(one.weights().names()).isEqualTo(other.weights().names());
            for (String name : one.weights().names()) {
                assertThat(one.weights().readExactly(name)).as(name).isEqualTo(other.weights().readExactly(name));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nf4", "llm-int8"})
    void bitsandbytesHoldsEveryPart(String method) {
        Path output = folder.resolve("out");
        model.quantize("{method: %s, %s, format: bitsandbytes}".formatted(method, ALL), output, backend);
        assertThat(modules(output)).containsAll(modules(model.path()));
        float[] original = model.logits(model.path(), backend);
        assertThat(Logits.distance(model.logits(output, backend), original)).isLessThan(0.4 * Logits.distance(original, new float[original.length]));
    }

    @Test
    void whatProcessorsReadGoesAlong() {
        Path output = folder.resolve("out");
        model.quantize("{method: rtn}", output, backend);
        for (String name : List.of("preprocessor_config.json", "chat_template.jinja", "tokenizer.json", "tokenizer_config.json")) {
            assertThat(output.resolve(name)).hasSameBinaryContentAs(model.path().resolve(name));
        }
        model.named("original-names").quantize("{method: rtn}", folder.resolve("original"), backend);
        assertThat(folder.resolve("original/vision_tower_config.json")).exists();
        JsonNode config = JsonMapper.shared().readTree(output.resolve("config.json"));
        assertThat(config.path("quantization_config").path("quant_method").asString()).isEqualTo("compressed-tensors");
        assertThat(config.path("model_type").asString()).isEqualTo("llava_next");
    }

    @Test
    void rotatedLanguageModelsTakePicturesInTheirCoordinates() {
        Path output = folder.resolve("out");
        model.quantize("{method: quarot, weights: {bits: 8, group-size: 16}, activations: {bits: none}, kv-cache: {bits: none}}", output, backend);
        float[] original = model.logits(model.path(), backend);
        assertThat(Logits.distance(model.logits(output, backend), original)).isLessThan(0.03 * Logits.distance(original, new float[original.length]));
    }

    @Test
    void ggufSaysWhyItHoldsNoTowers() {
        assertThatThrownBy(() -> model.quantize("{method: rtn, weights: {bits: 8, group-size: 32}, format: gguf}", folder.resolve("out"), backend))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("mmproj").hasMessageContaining("compressed-tensors");
    }

    @Test
    void theEmbeddedModelIsCalibratedOnPicturesAndTextInTurn() {
        Path base = ModelCatalog.resolve("reference/micro-llava");
        var recipe = Recipe.of("{method: gptq, %s, calibration: {samples: 4}}".formatted(ALL), "reference/micro-llava");
        assertThat(recipe.calibration().dataset()).isEqualTo("reference-pictures");
        Path output = folder.resolve("out");
        Quantizer.quantize(base, recipe, output, DataFolders.of(List.of()), backend, Progress.SILENT);
        JsonNode calibration = JsonMapper.shared().readTree(output.resolve("bitrank.json")).path("calibration");
        assertThat(calibration.path("pictures").asInt()).isEqualTo(2);
        assertThat(calibration.path("samples").asInt()).isEqualTo(4);
        assertThat(Files.exists(output.resolve("processor_config.json"))).isTrue();
    }
}
