package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.bitrank.engine.Progress;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.quantize.Quantizer;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The whole way of decoders that are no LLaMA: recipe, artifact, evaluation of it beside its base. */
class DecoderFamiliesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "opt-f32, rtn", "opt-f32, gptq", "gpt_neox-parallel-f16, rtn", "gpt_neox-parallel-f16, gptq", "bloom-f16, rtn", "bloom-f16, gptq",
        "phi3-f16, rtn", "phi3-f16, gptq", "mixtral-bf16, rtn", "mixtral-bf16, gptq", "gpt2-f32, rtn", "gpt2-f32, gptq"
    })
    void anArtifactOfEightBitsScoresAsItsBase(String fixture, String method) throws IOException {
        Path model = withTokenizer(fixture);
        Path artifact = quantize(model, method, "{\"bits\": 8, \"group-size\": 16}", 32, fixture.equals("gpt2-f32") ? "bitrank" : "compressed-tensors");
        try (var checkpoint = Checkpoint.open(artifact)) {
            var config = ModelConfig.of(checkpoint.config());
            for (int index = 0; index < config.layers(); index++) {
                assertThat(config.linearGroups(index).stream().flatMap(List::stream))
                        .allSatisfy(linear -> assertThat(checkpoint.weights().read(linear + ".weight")).isInstanceOf(QuantizedWeight.class));
            }
        }
        var request = new EvaluationRequest(artifact, model, List.of("micro_text:sequence_length=32"), null, 8, null, BosPolicy.AUTO, null,
                "cpu", ComputeType.FLOAT32, folder.resolve("run"), folder.resolve("base"), false, false);
        TaskReport report = Evaluator.evaluate(request, Progress.SILENT).tasks().getFirst();
        double base = report.baseMetrics().getFirst().value();
        assertThat(base).isGreaterThan(1);
        assertThat(report.metrics().getFirst().value()).isNotEqualTo(base).isCloseTo(base, Percentage.withPercentage(1));
    }

    /** A router reads what the experts read, so it is scaled with them and written, though it is never coded. */
    @ParameterizedTest
    @ValueSource(strings = {"awq", "smoothquant"})
    void scalingChannelsKeepsTheRouterInStep(String method) throws IOException {
        Path model = withTokenizer("mixtral-bf16");
        Path artifact = quantize(model, method, method.equals("awq") ? "{\"bits\": 8, \"group-size\": 16}" : "{\"bits\": 8}", 32);
        String router = "model.layers.0.block_sparse_moe.gate.weight";
        try (var base = Checkpoint.open(model);
                var made = Checkpoint.open(artifact);
                var backend = Backends.open("cpu", ComputeType.FLOAT32);
                var before = CausalLM.load(base, backend);
                var after = CausalLM.load(made, backend)) {
            assertThat(made.weights().read(router).toFloats()).isNotEqualTo(base.weights().read(router).toFloats());
            int[] tokens = {3, 14, 15, 92, 65, 35, 89, 79, 32, 38, 46, 26};
            double expected = Scores.of(before, new Passage(tokens, 11)).logLikelihood();
            assertThat(Scores.of(after, new Passage(tokens, 11)).logLikelihood()).isCloseTo(expected, Percentage.withPercentage(2));
        }
    }

    @Test
    void asymmetricCalibrationIsRefusedForExperts() throws IOException {
        Path model = withTokenizer("mixtral-bf16");
        Recipe recipe = Recipe.of("{\"method\": \"gptq\", \"options\": {\"asymmetric-calibration\": true}, \"weights\": {\"bits\": 4, \"group-size\": 16}, "
                + calibration(32) + "}", model.toString());
        assertThatThrownBy(() -> quantize(model, recipe)).isInstanceOf(BitRankException.class).hasMessageContaining("other experts");
    }

    @Test
    void gpt2IsRefusedByAFormatWhoseReadersPassItsLayersOver() throws IOException {
        Path model = withTokenizer("gpt2-f32");
        assertThatThrownBy(() -> quantize(model, "rtn", "{\"bits\": 8}", 32, "compressed-tensors"))
                .isInstanceOfSatisfying(BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.UNSUPPORTED))
                .hasMessageContaining("transformer.h.0.attn.c_attn")
                .hasMessageContaining("Conv1D")
                .hasMessageContaining("bitrank");
        assertThat(folder.resolve("artifact")).doesNotExist();
    }

    private Path quantize(Path model, String method, String weights, int length) {
        return quantize(model, method, weights, length, "compressed-tensors");
    }

    private Path quantize(Path model, String method, String weights, int length, String format) {
        return quantize(model, Recipe.of("{\"method\": \"" + method + "\", \"weights\": " + weights + ", " + calibration(length)
                + ", \"format\": \"" + format + "\"}", model.toString()));
    }

    private static String calibration(int length) {
        return "\"calibration\": {\"dataset\": \"reference\", \"samples\": 4, \"sequence-length\": " + length + "}";
    }

    private Path quantize(Path model, Recipe recipe) {
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32)) {
            return Quantizer.quantize(model, recipe, folder.resolve("artifact"), DataFolders.of(List.of()), backend, Progress.SILENT)
                    .path();
        }
    }

    /** The fixture with a tokenizer whose tokens are single bytes. */
    private Path withTokenizer(String fixture) throws IOException {
        Path model = Files.createDirectory(folder.resolve(fixture));
        try (Stream<Path> files = Files.list(SharedFiles.path("fixtures/hf/llm/" + fixture))) {
            for (Path file : files.filter(file -> List.of("config.json", "model.safetensors").contains(file.getFileName().toString())).toList()) {
                Files.write(model.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        ObjectNode vocabulary = JsonMapper.shared().createObjectNode();
        int shifted = 256;
        for (int value = 0; value < 256; value++) {
            boolean printable = value > 32 && value < 127 || value > 160 && value != 173;
            vocabulary.put(Character.toString(printable ? value : shifted++), value);
        }
        Files.writeString(model.resolve("vocab.json"), vocabulary.put("<|endoftext|>", 256).toString());
        Files.writeString(model.resolve("merges.txt"), "#version: 0.2\n");
        Files.writeString(model.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"GPT2Tokenizer\"}");
        return model;
    }
}
