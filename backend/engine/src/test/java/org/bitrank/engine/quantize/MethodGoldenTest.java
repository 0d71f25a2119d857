package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One layer with two dead inputs, quantized by AutoGPTQ 0.7.1's own code. */
class MethodGoldenTest {
    private static final String FOLDER = "fixtures/quantized/method-goldens/";
    private static final int ROWS = 256;
    private static final int COLUMNS = 512;
    private static final int TOKENS = 2048;

    @ParameterizedTest
    @CsvSource({
        "w4_asym_g128, 4, false, 128, false, false",
        "w3_asym_g128, 3, false, 128, false, false",
        "w2_asym_g128, 2, false, 128, false, false",
        "w4_sym_g128, 4, true, 128, false, false",
        "w3_sym_g128, 3, true, 128, false, false",
        "w2_sym_g128, 2, true, 128, false, false",
        "w4_asym_g128_act, 4, false, 128, true, false",
        "w3_asym_g128_act, 3, false, 128, true, false",
        "w2_asym_g128_act, 2, false, 128, true, false",
        "w4_asym_g128_act_static, 4, false, 128, true, true",
        "w3_asym_g128_act_static, 3, false, 128, true, true",
        "w2_asym_g128_act_static, 2, false, 128, true, true",
        "w3_asym_g-1_act, 3, false, -1, true, false"
    })
    void gptqErrsAsMuchAsTheAuthorsCode(
            String key, int bits, boolean symmetric, int groupSize, boolean actOrder, boolean staticGroups) throws Exception {
        JsonNode golden = JsonMapper.shared()
                .readTree(Files.readString(SharedFiles.path(FOLDER + "gptq.json")))
                .get("results")
                .get(key);
        var settings =
                new WeightSettings(WeightSettings.Type.INT, bits, groupSize, symmetric, WeightSettings.ScaleType.FLOAT32);
        var options = new Gptq.Options(actOrder, staticGroups, 0.01, false, 128, false);
        try (var inputs = SafetensorsFile.open(SharedFiles.path(FOLDER + "inputs.safetensors"));
                var outputs = SafetensorsFile.open(SharedFiles.path(FOLDER + "gptq.safetensors"));
                Backend backend = new CpuBackend(ComputeType.FLOAT32)) {
            float[] weights = inputs.floats("W");
            float[] hessian = hessian(inputs.floats("X"), backend);
            var layer = new LayerGroup.Layer("layer", ROWS, COLUMNS, weights.clone());
            var quantized = (GroupedWeight)
                    new Gptq().quantize(new LayerGroup(List.of(layer), LayerInputs.ofHessian(hessian.clone())), settings, options, backend).getFirst();

            assertThat(groupsOfColumns(quantized)).isEqualTo(outputs.integers(key + ".g_idx"));
            double expected = golden.get("output_mse").doubleValue();
            assertThat(outputError(weights, quantized, hessian)).isCloseTo(expected, within(0.01 * expected));
        }
    }

    private static float[] hessian(float[] inputs, Backend backend) {
        try (var x = backend.upload(inputs, new Shape(TOKENS, COLUMNS));
                var h = backend.upload(new float[COLUMNS * COLUMNS], new Shape(COLUMNS, COLUMNS))) {
            backend.gram(x, 2f, h);
            return backend.download(h);
        }
    }

    private static int[] groupsOfColumns(GroupedWeight weight) {
        var groups = new int[weight.columns()];
        for (int column = 0; column < groups.length; column++) {
            groups[column] = weight.groupOf(column);
        }
        return groups;
    }

    /** Mean over tokens and outputs of the squared change of the output, by way of X^T X. */
    private static double outputError(float[] weights, GroupedWeight quantized, float[] hessian) {
        return HessianError.of(weights, quantized.toFloats(), hessian, COLUMNS) / 2 / TOKENS / ROWS;
    }
}
