package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.List;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** One layer, quantized by hqq 0.2.8's own code in float32. */
class HalfQuadraticGoldenTest {
    private static final String FOLDER = "fixtures/quantized/method-goldens/";
    private static final int ROWS = 256;
    private static final int COLUMNS = 512;
    private static final int TOKENS = 2048;
    private static final int GROUP_SIZE = 64;
    private static final int GROUPS = ROWS * COLUMNS / GROUP_SIZE;

    @ParameterizedTest
    @CsvSource({
        "b8_g64_axis1, 8, 1, 20",
        "b4_g64_axis1, 4, 1, 20",
        "b3_g64_axis1, 3, 1, 20",
        "b2_g64_axis1, 2, 1, 20",
        "b1_g64_axis1, 1, 1, 20",
        "b8_g64_axis0, 8, 0, 20",
        "b4_g64_axis0, 4, 0, 20",
        "b3_g64_axis0, 3, 0, 20",
        "b2_g64_axis0, 2, 0, 20",
        "b1_g64_axis0, 1, 0, 20",
        "b4_g64_axis1_noopt, 4, 1, 0",
        "b2_g64_axis1_noopt, 2, 1, 0",
    })
    void errsAsMuchAsTheAuthorsCode(String key, int bits, int axis, int iterations) throws Exception {
        double expected = JsonMapper.shared()
                .readTree(Files.readString(SharedFiles.path(FOLDER + "hqq.json")))
                .get("results")
                .get(key)
                .get("output_mse")
                .doubleValue();
        var settings = new WeightSettings(
                WeightSettings.Type.INT, bits, GROUP_SIZE, false, WeightSettings.ScaleType.FLOAT32);
        var options = new HalfQuadratic.Options(axis, 0.7, 10, iterations);
        try (var inputs = SafetensorsFile.open(SharedFiles.path(FOLDER + "inputs.safetensors"));
                var golden = SafetensorsFile.open(SharedFiles.path(FOLDER + "hqq.safetensors"));
                Backend backend = new CpuBackend(ComputeType.FLOAT32)) {
            float[] weights = inputs.floats("W");
            var layer = new LayerGroup.Layer("layer", ROWS, COLUMNS, weights.clone());
            var quantized = (GroupedWeight) new HalfQuadratic()
                    .quantize(new LayerGroup(List.of(layer), LayerInputs.NONE), settings, options, backend)
                    .getFirst();

            assertThat(quantized.scales().values()).usingComparatorWithPrecision(1e-6f).containsExactly(golden.floats(key + ".scale"));
            assertThat(near(quantized.zeros(), golden.floats(key + ".zero"))).isGreaterThan(0.99);
            if (golden.names().contains(key + ".codes")) {
                byte[] codes = golden.bytes(key + ".codes").toArray(ValueLayout.JAVA_BYTE);
                // The authors' matrix of groups at axis 0 is the weights' own order: element i of group g is weight i * groups + g.
                assertThat(same(quantized.codes(), codes)).isGreaterThan(0.999);
            }
            double error = HessianError.of(weights, quantized.toFloats(), secondMoments(inputs.floats("X"), backend), COLUMNS) / TOKENS / ROWS;
            assertThat(error).isCloseTo(expected, within(0.01 * expected));
        }
    }

    private static float[] secondMoments(float[] inputs, Backend backend) {
        try (var x = backend.upload(inputs, new Shape(TOKENS, COLUMNS));
                var h = backend.upload(new float[COLUMNS * COLUMNS], new Shape(COLUMNS, COLUMNS))) {
            backend.gram(x, 1f, h);
            return backend.download(h);
        }
    }

    private static double near(float[] found, float[] expected) {
        int near = 0;
        for (int i = 0; i < GROUPS; i++) {
            near += Math.abs(found[i] - expected[i]) < 1e-3 ? 1 : 0;
        }
        return (double) near / GROUPS;
    }

    private static double same(byte[] found, byte[] expected) {
        int same = 0;
        for (int i = 0; i < found.length; i++) {
            same += found[i] == expected[i] ? 1 : 0;
        }
        return (double) same / found.length;
    }
}
