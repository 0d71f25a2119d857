package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** AWQ's parts on made-up layers, and whole runs over the embedded model. */
class AwqTest {
    private static final Path MODEL = ModelCatalog.resolve("reference/micro-llama");
    private static final String CALIBRATION = "calibration: {samples: 8, sequence-length: 128}";
    private static final int COLUMNS = 64;

    private static Backend backend;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        backend = Backends.open("cpu", ComputeType.FLOAT32);
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    private static WeightSettings settings(int bits, int groupSize) {
        return new WeightSettings(WeightSettings.Type.INT, bits, groupSize, false, WeightSettings.ScaleType.FLOAT16);
    }

    private static float[] numbers(int count, long seed) {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static LayerGroup.Layer layer(String name, int rows) {
        return new LayerGroup.Layer(name, rows, COLUMNS, numbers(rows * COLUMNS, 3));
    }

    private static Awq.Options options(boolean clip) {
        return new Awq.Options(false, 20, 2048, clip, 20, 0.5);
    }

    @Test
    void scalesAreCentredAroundOneAndGrowWithTheInputs() {
        float[] factors = new AwqScales(new float[] {0.25f, 1, 4, 0}, null).at(0.5);
        float middle = (float) Math.sqrt(2 * 1e-4);
        assertThat(factors).containsExactly(0.5f / middle, 1 / middle, 2 / middle, 1e-4f / middle);
        assertThat(new AwqScales(new float[] {0.25f, 1, 4, 0}, null).at(0)).containsOnly(1);
    }

    @Test
    void weightSharesAreMeansOverRowsOfEachGroup() {
        var layer = new LayerGroup.Layer("layer", 2, 4, new float[] {1, -2, 0, 0, -3, 3, 1, 4});
        assertThat(AwqScales.meanShares(List.of(layer), settings(4, 2))).containsExactly(0.75f, 1, 0.125f, 0.5f);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 8})
    void roundingAtOnceSaysWhatCodingAndDecodingSay(int bits) {
        var grid = new GroupGrid(settings(bits, 64), false);
        float[] weights = numbers(6400, bits);
        var rounded = new float[64];
        for (int start = 0; start < weights.length; start += 64) {
            grid.fit(weights, start, start + 64);
            grid.round(weights, start, start + 64, rounded, 0);
            for (int i = 0; i < 64; i++) {
                assertThat(rounded[i]).isEqualTo(grid.decode(grid.code(weights[start + i])));
            }
        }
    }

    @Test
    void withNothingToLoseAllScalesStayOne() {
        var magnitudes = new float[COLUMNS];
        magnitudes[3] = 7;
        var result = AwqSearch.run(List.of(layer("layer", 2)), new AwqScales(magnitudes, null), 20, settings(4, 32), any -> 0);
        assertThat(result.ratio()).isZero();
        assertThat(result.factors()).containsOnly(1);
        assertThat(result.losses()).hasSize(20);
    }

    @Test
    void lossesThatAreNoNumbersAreANumericalFailure() {
        assertThatThrownBy(() -> AwqSearch.run(
                        List.of(layer("layer", 2)), new AwqScales(new float[COLUMNS], null), 20, settings(4, 32), any -> Double.NaN))
                .isInstanceOfSatisfying(
                        BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.NUMERICAL))
                .hasMessageContaining("no scale of the inputs of layer")
                .hasMessageContaining("--compute float32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.layers.0.mlp.down_proj", "model.layers.0.self_attn.v_proj"})
    void cuttingOffLosesLessThanRoundingAlone(String name) {
        float[] samples = numbers(300 * COLUMNS, 5);
        double plain = outputError(samples, coded(name, samples, false));
        assertThat(outputError(samples, coded(name, samples, true))).isLessThan(0.97 * plain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.layers.0.self_attn.q_proj", "model.layers.0.self_attn.k_proj"})
    void queriesAndKeysAreNotCutOff(String name) {
        float[] samples = numbers(300 * COLUMNS, 5);
        assertThat(coded(name, samples, true).codes()).isEqualTo(coded(name, samples, false).codes());
    }

    private static GroupedWeight coded(String name, float[] samples, boolean clip) {
        var inputs = new LayerInputs(null, null, null, null, samples);
        var group = new LayerGroup(List.of(layer(name, 24)), inputs);
        return (GroupedWeight) new Awq().quantize(group, settings(3, 32), options(clip), backend).getFirst();
    }

    private static double outputError(float[] samples, GroupedWeight coded) {
        float[] weights = layer("", coded.rows()).weights();
        float[] values = coded.toFloats();
        double sum = 0;
        for (int token = 0; token < samples.length; token += COLUMNS) {
            for (int row = 0; row < coded.rows(); row++) {
                double off = 0;
                for (int c = 0; c < COLUMNS; c++) {
                    off += (values[row * COLUMNS + c] - weights[row * COLUMNS + c]) * samples[token + c];
                }
                sum += off * off;
            }
        }
        return sum;
    }

    private QuantizationReport quantize(String recipe, String name) {
        return Quantizer.quantize(
                MODEL,
                Recipe.parse("{model: reference/micro-llama, weights: {bits: 3, group-size: 64}, " + recipe + ", " + CALIBRATION + "}"),
                folder.resolve(name),
                DataFolders.of(List.of()),
                backend,
                Progress.SILENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"method: awq", "method: awq, options: {duo-scaling: true}", "prepare: [awq], method: gptq"})
    void normsTakeTheInverseScales(String recipe) throws Exception {
        var report = quantize(recipe, "artifact");
        try (var base = Checkpoint.open(MODEL);
                var artifact = Checkpoint.open(report.path())) {
            for (String norm : List.of("input_layernorm", "post_attention_layernorm")) {
                String name = "model.layers.0." + norm + ".weight";
                assertThat(artifact.weights().read(name).toFloats()).isNotEqualTo(base.weights().read(name).toFloats());
            }
            assertThat(artifact.weights().read("model.layers.0.mlp.down_proj.weight")).isInstanceOf(GroupedWeight.class);
            assertThat(artifact.weights().read("model.norm.weight")).isInstanceOf(DenseWeight.class);
        }
        var manifest = JsonMapper.shared().readTree(Files.readString(report.path().resolve("bitrank.json")));
        assertThat(manifest.get("quantized_layers").intValue()).isEqualTo(42);
    }
}
