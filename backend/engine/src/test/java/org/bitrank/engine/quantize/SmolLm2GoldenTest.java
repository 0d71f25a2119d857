package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first q_proj of SmolLM2-135M, 4 bits in groups of 64, against the goldens' codes. */
class SmolLm2GoldenTest {
    private static final String FOLDER = "golden/smollm2-135m/";
    private static final int SIZE = 576;
    private static final WeightSettings SETTINGS =
            new WeightSettings(WeightSettings.Type.INT, 4, 64, false, WeightSettings.ScaleType.FLOAT32);

    /** The goldens were made from weights rounded to float16. */
    private static float[] weights() {
        try (var checkpoint = Checkpoint.open(SharedFiles.path("models/smollm2-135m-instruct"))) {
            float[] weights =
                    checkpoint.weights().read("model.layers.0.self_attn.q_proj.weight").toFloats();
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Float.float16ToFloat(Float.floatToFloat16(weights[i]));
            }
            return weights;
        }
    }

    @Test
    void roundToNearestIsEqual() {
        try (var golden = SafetensorsFile.open(SharedFiles.path(FOLDER + "rtn-4bit-g64-asym-layer0-q_proj.safetensors"))) {
            var quantized =
                    RoundToNearest.quantize(new LayerGroup.Layer("q_proj", SIZE, SIZE, weights()), SETTINGS, false);
            assertThat(quantized.scales().values()).isEqualTo(golden.floats("scales"));
            assertThat(quantized.zeros()).isEqualTo(golden.floats("zeros"));
            assertThat(quantized.codes())
                    .isEqualTo(golden.bytes("qweight").toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gptqFromTheStoredHessianIsEqualButForTies(boolean actOrder) {
        String name = FOLDER + "gptq-4bit-g64-asym" + (actOrder ? "-actorder" : "") + "-layer0-q_proj.safetensors";
        try (var stored = SafetensorsFile.open(SharedFiles.path(FOLDER + "gptq-layer0-q_proj-hessian.safetensors"));
                var golden = SafetensorsFile.open(SharedFiles.path(name));
                Backend backend = new CpuBackend(ComputeType.FLOAT32)) {
            float[] weights = weights();
            float[] hessian = stored.floats("hessian");
            var group = new LayerGroup(
                    List.of(new LayerGroup.Layer("q_proj", SIZE, SIZE, weights.clone())), LayerInputs.ofHessian(hessian.clone()));
            var quantized = (GroupedWeight) new Gptq()
                    .quantize(group, SETTINGS, new Gptq.Options(actOrder, false, 0.01, false, 128, false), backend)
                    .getFirst();

            byte[] codes = golden.bytes("qweight").toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            int equal = 0;
            for (int i = 0; i < codes.length; i++) {
                equal += codes[i] == quantized.codes()[i] ? 1 : 0;
            }
            assertThat((double) equal / codes.length).isGreaterThan(0.99);
            int[] groups = golden.integers("g_idx");
            for (int column = 0; column < SIZE; column++) {
                assertThat(quantized.groupOf(column)).isEqualTo(groups[column]);
            }
            var theirs = GroupedWeight.of(
                    SIZE, SIZE, quantized.grid(), codes, actOrder ? groups : null, 64,
                    golden.floats("scales"), golden.floats("zeros"), DType.FLOAT32);
            double expected = HessianError.of(weights, theirs.toFloats(), hessian, SIZE);
            assertThat(HessianError.of(weights, quantized.toFloats(), hessian, SIZE))
                    .isCloseTo(expected, within(0.005 * expected));
        }
    }
}
