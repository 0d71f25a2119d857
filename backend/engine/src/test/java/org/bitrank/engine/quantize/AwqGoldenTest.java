package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.List;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One layer with two dead inputs: AutoAWQ 0.2.9's own searches. */
class AwqGoldenTest {
    private static final String FOLDER = "fixtures/quantized/method-goldens/";
    private static final int ROWS = 256;
    private static final int COLUMNS = 512;
    private static final int TOKENS = 2048;
    private static final int STEPS = 20;

    @ParameterizedTest
    @CsvSource({"w4_g128_xonly, 4, false", "w3_g128_xonly, 3, false", "w4_g128_duo, 4, true", "w3_g128_duo, 3, true"})
    void theSearchesFindWhatTheAuthorsCodeFinds(String key, int bits, boolean duo) throws Exception {
        JsonNode golden = JsonMapper.shared()
                .readTree(Files.readString(SharedFiles.path(FOLDER + "awq.json")))
                .get("results")
                .get(key);
        var settings = new WeightSettings(WeightSettings.Type.INT, bits, 128, false, WeightSettings.ScaleType.FLOAT32);
        try (var inputs = SafetensorsFile.open(SharedFiles.path(FOLDER + "inputs.safetensors"));
                var outputs = SafetensorsFile.open(SharedFiles.path(FOLDER + "awq.safetensors"));
                Backend backend = new CpuBackend(ComputeType.FLOAT32)) {
            float[] x = inputs.floats("X");
            var layer = new LayerGroup.Layer("layer", ROWS, COLUMNS, inputs.floats("W"));
            float[] hessian = secondMoments(x, backend);

            var found = search(layer, x, hessian, duo, settings, backend);
            assertLosses(found.losses(), golden.get("loss_by_ratio"));
            assertThat(found.ratio()).isEqualTo(golden.get("best_ratio").doubleValue());
            assertNear(found.factors(), outputs.floats(key + ".scales"), 1);

            // From the authors' factors: where a group is cut on both sides, its zero point is a tie that their last digit decides.
            float[] factors = outputs.floats(key + ".scales");
            var scaled = new LayerGroup.Layer("layer", ROWS, COLUMNS, times(layer.weights(), factors, false));
            var clip = new AwqClip(settings, STEPS, 0.5);
            float[] limits = clip.limits(scaled, everyFourth(times(x, factors, true)));
            assertNear(limits, outputs.floats(key + ".clip_max"), 0.999);
            clip.apply(scaled, limits);
            assertSame(RoundToNearest.quantize(scaled, settings, false).codes(), outputs.bytes(key + ".codes").toArray(ValueLayout.JAVA_BYTE), 0.999);

            double error = error(layer, x, found.factors(), clip, settings, hessian);
            double expected = golden.get("output_mse_scaled_clipped").doubleValue();
            assertThat(error).isCloseTo(expected, within(0.01 * expected));
        }
    }

    /** Mean squared change of the outputs after both searches. */
    private static double error(
            LayerGroup.Layer layer, float[] x, float[] factors, AwqClip clip, WeightSettings settings, float[] hessian) {
        var scaled = new LayerGroup.Layer("layer", ROWS, COLUMNS, times(layer.weights(), factors, false));
        clip.apply(scaled, clip.limits(scaled, everyFourth(times(x, factors, true))));
        GroupedWeight coded = RoundToNearest.quantize(scaled, settings, false);
        float[] effective = times(coded.toFloats(), factors, true);
        return HessianError.of(layer.weights(), effective, hessian, COLUMNS) / TOKENS / ROWS;
    }

    private static AwqSearch.Result search(
            LayerGroup.Layer layer, float[] x, float[] hessian, boolean duo, WeightSettings settings, Backend backend) {
        float[] shares = duo ? AwqScales.meanShares(List.of(layer), settings) : null;
        try (var loss = new HessianLoss(hessian, COLUMNS, backend)) {
            return AwqSearch.run(List.of(layer), new AwqScales(meanMagnitude(x), shares), STEPS, settings,
                    candidates -> loss.of(layer.weights(), candidates.getFirst()) / TOKENS / ROWS);
        }
    }

    private static float[] secondMoments(float[] inputs, Backend backend) {
        try (var x = backend.upload(inputs, new Shape(TOKENS, COLUMNS));
                var h = backend.upload(new float[COLUMNS * COLUMNS], new Shape(COLUMNS, COLUMNS))) {
            backend.gram(x, 1f, h);
            return backend.download(h);
        }
    }

    private static float[] meanMagnitude(float[] x) {
        var means = new float[COLUMNS];
        for (int column = 0; column < COLUMNS; column++) {
            double sum = 0;
            for (int i = column; i < x.length; i += COLUMNS) {
                sum += Math.abs(x[i]);
            }
            means[column] = (float) (sum / TOKENS);
        }
        return means;
    }

    /** Each column times its factor, or divided by it. */
    private static float[] times(float[] values, float[] factors, boolean divided) {
        var result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            float factor = factors[i % COLUMNS];
            result[i] = divided ? values[i] / factor : values[i] * factor;
        }
        return result;
    }

    private static float[] everyFourth(float[] x) {
        var samples = new float[x.length / 4];
        for (int token = 0; token < TOKENS / 4; token++) {
            System.arraycopy(x, 4 * token * COLUMNS, samples, token * COLUMNS, COLUMNS);
        }
        return samples;
    }

    private static void assertLosses(List<Double> losses, JsonNode golden) {
        assertThat(losses).hasSize(golden.size());
        for (int i = 0; i < losses.size(); i++) {
            double expected = golden.get(i).doubleValue();
            assertThat(losses.get(i)).isCloseTo(expected, within(1e-3 * expected));
        }
    }

    private static void assertNear(float[] actual, float[] expected, double share) {
        assertThat(actual).hasSameSizeAs(expected);
        int near = 0;
        for (int i = 0; i < actual.length; i++) {
            near += Math.abs(actual[i] - expected[i]) <= 1e-4 * Math.abs(expected[i]) ? 1 : 0;
        }
        assertThat((double) near / actual.length).isGreaterThanOrEqualTo(share);
    }

    private static void assertSame(byte[] actual, byte[] expected, double share) {
        int same = 0;
        for (int i = 0; i < actual.length; i++) {
            same += actual[i] == expected[i] ? 1 : 0;
        }
        assertThat((double) same / actual.length).isGreaterThanOrEqualTo(share);
    }
}
