package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.bitrank.engine.Progress;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.ArtifactWriter;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.quantize.calibration.Calibration;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Our W8A8 of a model beside what llm-compressor's own model with simulated activations gave for it, in float16 and with other
 * scales (127.5 for 127): loosely the same.
 */
class ToolLogitsTest {
    private static final String FIXTURES = "fixtures/quantized/";

    @TempDir
    private Path folder;

    /** Root mean square of the difference to the tool's logits, and of the tool's to the model's own. */
    private record Distances(double fromTool, double toolFromModel) {}

    private Distances compare(String recipe, String fixture) {
        Path base = SharedFiles.path(FIXTURES + "base-1l");
        JsonNode inputs = JsonMapper.shared().readTree(SharedFiles.path(FIXTURES + "inputs.json"));
        int[] tokens = row(inputs.path("input_ids").get(0));
        Path artifact = folder.resolve(fixture);
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32);
                var expected = SafetensorsFile.open(SharedFiles.path(FIXTURES + fixture).resolve("expected_dequant.safetensors"))) {
            quantize(base, Recipe.parse(recipe), artifact, backend);
            float[] tool = expected.floats("logits_tool");
            return new Distances(
                    Logits.distance(last(Logits.of(artifact, tokens, backend), tool.length), tool),
                    Logits.distance(last(Logits.of(base, tokens, backend), tool.length), tool));
        }
    }

    private static int[] row(JsonNode list) {
        var tokens = new int[list.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = list.get(i).intValue();
        }
        return tokens;
    }

    private static float[] last(float[] logits, int count) {
        return java.util.Arrays.copyOfRange(logits, logits.length - count, logits.length);
    }

    /** With the tokens that the tool was calibrated on. */
    private static void quantize(Path base, Recipe recipe, Path output, Backend backend) {
        JsonNode samples = JsonMapper.shared().readTree(SharedFiles.path(FIXTURES + "calibration_tokens.json"));
        JsonNode rows = samples.path("tokens");
        var sequences = new int[rows.size()][];
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = row(rows.get(i));
        }
        var calibration = new Calibration("tokens", "", sequences[0].length, sequences);
        try (var checkpoint = Checkpoint.open(base);
                var writer = ArtifactWriter.begin(output, checkpoint, StorageFormats.writable(recipe.format()))) {
            ModelConfig config = ModelConfig.of(checkpoint.config());
            var walk = new ModelWalk(config, checkpoint.weights(), recipe, new ActivationPlan(recipe, config, writer),
                    backend, writer, Progress.SILENT);
            walk.run(recipe.calibrated() ? calibration : null, () -> {});
            writer.finish(JsonNodeFactory.instance.objectNode());
        }
    }

    @Test
    void eightBitWeightsAndActivations() {
        Distances distances = compare(
                "{model: m, method: rtn, weights: {bits: 8, group-size: channel, symmetric: true}, activations: {bits: 8}}",
                "ct-w8a8-int8-dynamic");
        assertThat(distances.fromTool()).isLessThan(distances.toolFromModel());
    }

    @Test
    void theSameBehindSmoothing() {
        Distances distances = compare("{model: m, method: smoothquant}", "ct-smoothquant-w8a8");
        assertThat(distances.fromTool()).isLessThan(distances.toolFromModel());
    }

    @Test
    void calibratedFloat8Inputs() {
        Distances distances = compare(
                "{model: m, method: rtn, weights: {bits: 8, group-size: 16}, activations: {bits: 8, type: float, granularity: tensor}}",
                "ct-fp8-static");
        assertThat(distances.fromTool()).isLessThan(2 * distances.toolFromModel());
    }
}
