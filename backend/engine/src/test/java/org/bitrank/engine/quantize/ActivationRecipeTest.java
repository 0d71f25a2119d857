package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.ActivationSettings;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Recipes that quantize activations, keys and values: into an artifact and back. */
class ActivationRecipeTest {
    private static final Path MODEL = ModelCatalog.resolve("reference/micro-llama");
    private static final String DOWN = "model.layers.2.mlp.down_proj";
    private static final String CALIBRATION = "calibration: {samples: 4, sequence-length: 64}";

    private static Backend backend;
    private static float[] exact;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        backend = Backends.open("cpu", ComputeType.FLOAT32);
        exact = Logits.of(MODEL, Logits.tokens(64, 2048), backend);
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    private Path quantize(String recipe) {
        Path output = folder.resolve(Integer.toHexString(recipe.hashCode()));
        Quantizer.quantize(MODEL, Recipe.parse("{model: reference/micro-llama, " + recipe + "}"), output, DataFolders.of(List.of()), backend,
                Progress.SILENT);
        return output;
    }

    /** How far the artifact's logits are from the model's. */
    private double error(String recipe) {
        return Logits.distance(Logits.of(quantize(recipe), Logits.tokens(64, 2048), backend), exact);
    }

    /** The same on text that the calibration has seen. */
    private double errorOnCalibrated(String recipe) {
        int[] tokens = Logits.calibrationTokens(MODEL);
        return Logits.distance(Logits.of(quantize(recipe), tokens, backend), Logits.of(MODEL, tokens, backend));
    }

    private static JsonNode config(Path artifact) {
        try (var checkpoint = Checkpoint.open(artifact)) {
            return checkpoint.config();
        }
    }

    private static ActivationScheme scheme(Path artifact, String linear) {
        try (var checkpoint = Checkpoint.open(artifact)) {
            return checkpoint.weights().activations(linear).orElse(null);
        }
    }

    @Test
    void whatTheFormatHasWordsForIsSaidInThem() {
        Path artifact = quantize("method: rtn, weights: {bits: 8, group-size: channel, symmetric: true}, activations: {bits: 8}");
        JsonNode said = config(artifact).path("quantization_config").path("config_groups").path("group_0").path("input_activations");
        assertThat(config(artifact).path("quantization_config").path("format").asString()).isEqualTo("int-quantized");
        assertThat(said.path("num_bits").intValue()).isEqualTo(8);
        assertThat(said.path("strategy").asString()).isEqualTo("token");
        assertThat(said.path("dynamic").booleanValue()).isTrue();
        assertThat(config(artifact).has("bitrank")).isFalse();
        assertThat(scheme(artifact, DOWN).bits()).isEqualTo(8);
    }

    @Test
    void theRestIsSaidInOurs() {
        Path artifact = quantize("method: rtn, activations: {bits: 6, type: cube-root, clip-ratio: 0.9}, kv-cache: {bits: 4, group-size: 32}");
        assertThat(scheme(artifact, DOWN)).isNull();
        JsonNode ours = config(artifact).path("bitrank");
        assertThat(ours.path("inputs")).hasSize(1);
        assertThat(ours.path("inputs").path(0).path("modules").valueStream().map(JsonNode::asString))
                .contains("model.layers.*.mlp.down_proj")
                .hasSize(7);
        assertThat(ours.path("kv_cache").path("group_size").intValue()).isEqualTo(32);
    }

    @Test
    void layersThatAreLeftOutKeepTheirInputs() {
        Path artifact = quantize("method: rtn, activations: {bits: 8, outlier-threshold: 6}, scope: {exclude: [lm_head, model.layers.0.mlp.up_proj]}");
        try (var checkpoint = Checkpoint.open(artifact)) {
            JsonNode modules = ModelConfig.of(checkpoint.config()).online().toJson().path("inputs").path(0).path("modules");
            assertThat(modules.valueStream().map(JsonNode::asString))
                    .contains("model.layers.*.mlp.gate_proj", "model.layers.1.mlp.up_proj")
                    .doesNotContain("model.layers.*.mlp.up_proj", "model.layers.0.mlp.up_proj");
        }
    }

    @Test
    void llmInt8IsWrittenAsBitsandbytesHasIt() {
        Path artifact = quantize("method: llm-int8");
        JsonNode said = config(artifact).path("quantization_config");
        assertThat(said.path("load_in_8bit").booleanValue()).isTrue();
        assertThat(said.path("llm_int8_threshold").doubleValue()).isEqualTo(6);
        assertThat(config(artifact).has("bitrank")).isFalse();
        assertThat(scheme(artifact, DOWN).outlierThreshold()).isEqualTo(6);
        // Rows of weights with one scale and full inputs differ from it by the rounding of inputs alone.
        Path elsewhere = quantize("method: llm-int8, format: compressed-tensors");
        assertThat(config(elsewhere).path("bitrank").path("inputs")).hasSize(1);
        int[] tokens = Logits.tokens(64, 2048);
        assertThat(Logits.distance(Logits.of(artifact, tokens, backend), Logits.of(elsewhere, tokens, backend))).isLessThan(1e-2);
    }

    @Test
    void calibratedScalesAreStored() {
        String weights = "method: rtn, weights: {bits: 8, group-size: channel, symmetric: true}, " + CALIBRATION;
        Path perTensor = quantize(weights + ", activations: {bits: 8, granularity: tensor}");
        assertThat(scheme(perTensor, DOWN).scales()).hasSize(1);
        assertThat(scheme(perTensor, DOWN).scales()[0]).isPositive();
        double tensor = Logits.distance(Logits.of(perTensor, Logits.tokens(64, 2048), backend), exact);
        double channel = error(weights + ", activations: {bits: 8, granularity: channel}");
        double token = error(weights + ", activations: {bits: 8}");
        assertThat(token).isLessThan(tensor);
        assertThat(channel).isLessThan(4 * tensor);
    }

    @Test
    void fewerBitsCostMore() {
        String weights = "method: rtn, weights: {bits: 8, group-size: channel}, ";
        double full = error(weights + "scope: {}");
        double eight = error(weights + "activations: {bits: 8}, kv-cache: {bits: 8}");
        double four = error(weights + "activations: {bits: 4}, kv-cache: {bits: 4}");
        assertThat(full).isLessThan(eight);
        assertThat(eight).isLessThan(four / 4);
    }

    @Test
    void layersWithOutlierChannelsGetGroups() {
        Path artifact = quantize("method: w8a8-mixed, options: {share: 0.1, group-size: 64}");
        JsonNode groups = config(artifact).path("quantization_config").path("config_groups");
        assertThat(groups.path("group_0").path("weights").path("strategy").asString()).isEqualTo("channel");
        assertThat(groups.path("group_1").path("weights").path("group_size").intValue()).isEqualTo(64);
        // A tenth of 42 layers.
        assertThat(groups.path("group_1").path("targets")).hasSize(4);
        assertThat(groups.path("group_1").path("input_activations").path("num_bits").intValue()).isEqualTo(8);
    }

    @Test
    void integerOperatorsAreAskedForInTheArtifact() {
        String rest = "calibration: {samples: 4, sequence-length: 64}";
        Path floating = quantize("method: i-llm, " + rest);
        assertThat(config(floating).has("bitrank")).isFalse();
        Path integer = quantize("method: i-llm, options: {integer-only: true}, " + rest);
        assertThat(config(integer).path("bitrank").path("integer_operators").path("bits").intValue()).isEqualTo(8);
        int[] tokens = Logits.tokens(64, 2048);
        float[] logits = Logits.of(integer, tokens, backend);
        assertThat(logits).isNotEqualTo(Logits.of(floating, tokens, backend));
        assertThat(Logits.distance(logits, exact)).isLessThan(Logits.distance(new float[exact.length], exact) / 5);
    }

    @Test
    void aChannelOfLargeWeightsStandsOut() {
        var weight = new float[3 * 5];
        java.util.Arrays.fill(weight, 0.5f);
        weight[7] = -40;
        assertThat(W8a8Mixed.channelRatio(DenseWeight.of(weight, 3, 5))).isEqualTo(80);
    }

    @Test
    void rotationSavesFourBits() {
        double smoothed = error("method: smoothquant, weights: {bits: 4}, activations: {bits: 4}, " + CALIBRATION);
        double rotated = error("method: quarot, kv-cache: {bits: 16}");
        double withCache = error("method: quarot");
        assertThat(rotated).isLessThan(smoothed / 2);
        assertThat(withCache).isBetween(rotated, smoothed);
    }

    @Test
    void smoothingChangesNothingButRounding() {
        assertThat(error("method: smoothquant, activations: {bits: 16}, " + CALIBRATION)).isLessThan(0.2);
    }

    @Test
    void rotationsChainWithOtherMethods() {
        String rest = "weights: {bits: 4, group-size: 64}, activations: {bits: 4, clip-ratio: 0.9}, " + CALIBRATION;
        assertThat(error("prepare: [quarot], method: gptq, " + rest)).isLessThan(error("method: gptq, " + rest));
    }

    @Test
    void calibratedRangesMayHaveZeroPoints() {
        String tensor = "method: rtn, weights: {bits: 8}, activations: {bits: 6, granularity: tensor, symmetric: %s}, " + CALIBRATION;
        String channel = "method: rtn, weights: {bits: 8}, activations: {bits: 6, granularity: channel, symmetric: %s}, " + CALIBRATION;
        for (String recipe : List.of(tensor, channel)) {
            double symmetric = errorOnCalibrated(recipe.formatted(true));
            assertThat(errorOnCalibrated(recipe.formatted(false))).isPositive().isLessThan(symmetric);
        }
        String asymmetric = tensor.formatted(false);
        assertThat(errorOnCalibrated("format: compressed-tensors, " + asymmetric)).isEqualTo(errorOnCalibrated("format: bitrank, " + asymmetric));
    }

    @Test
    void rangesOfASmallExample() {
        var inputs = new LayerInputs(null, null, null, null, new float[] {-1, 0}, new float[] {3, 1.5f}, null);
        var settings = new ActivationSettings(2, ActivationScheme.Type.INT, ActivationScheme.Granularity.CHANNEL, 128, false, 1, 0);
        ActivationScheme channel = settings.scheme(inputs);
        assertThat(channel.scales()).containsExactly(4f / 3, 0.5f);
        assertThat(channel.zeros()).containsExactly(1, 0);
        ActivationScheme tensor = settings.perTensor().clippedTo(0.75).scheme(inputs);
        assertThat(tensor.scales()).containsExactly(1);
        assertThat(tensor.zeros()).containsExactly(1);
    }

    @Test
    void aRecipeWithoutThemHashesAsBefore() {
        Recipe plain = Recipe.parse("{model: m, method: rtn}");
        assertThat(plain.toJson().has("activations")).isFalse();
        assertThat(Recipe.parse("{model: m, method: rtn, activations: {bits: 16}, kv-cache: {bits: none}}")).isEqualTo(plain);
        assertThat(Recipe.parse(Recipe.parse("{model: m, method: quarot}").canonicalJson())).isEqualTo(Recipe.parse("{model: m, method: quarot}"));
    }

    @Test
    void theLabelTellsThem() {
        assertThat(Recipe.parse("{model: m, method: quarot}").label()).isEqualTo("quarot 4-bit channel sym A4 KV4");
        assertThat(Recipe.parse("{model: m, method: smoothquant, activations: {granularity: group, group-size: 64}}").label())
                .isEqualTo("smoothquant 8-bit channel sym A8 g64");
    }

    @Test
    void impossibleSettingsAreRefusedWithTheRemedy() {
        assertThatThrownBy(() -> Recipe.parse("{model: m, method: rtn, activations: {bits: 6, type: float}}"))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("activations.bits");
        assertThatThrownBy(() -> Recipe.parse("{model: m, method: rtn, activations: {bits: 8, granularity: tensor, outlier-threshold: 6}}"))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("outlier-threshold: 0");
        assertThatThrownBy(() -> Recipe.parse("{model: m, method: smoothquant, weights: {symmetric: false}}"))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("weights.symmetric");
    }
}
