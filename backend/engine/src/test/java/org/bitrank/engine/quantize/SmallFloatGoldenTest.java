package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.List;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Layers of a model that llm-compressor quantized with compressed-tensors. */
class SmallFloatGoldenTest {
    private static final String FOLDER = "fixtures/quantized/";
    private static final String DOWN = "model.layers.0.mlp.down_proj";
    private static final String KEY = "model.layers.0.self_attn.k_proj";

    @ParameterizedTest
    @ValueSource(strings = {DOWN, KEY})
    void mxfp4WithNearestScalesIsThatOfCompressedTensors(String name) throws Exception {
        try (var golden = SafetensorsFile.open(SharedFiles.path(FOLDER + "ct-mxfp4a16/model.safetensors"))) {
            var method = new MxFloat4();
            GroupedWeight found = quantize(method, method.weightsSchema().defaults(), new MxFloat4.Options(MxFloat4.ScaleRounding.NEAREST), name);
            assertThat(((GroupNumbers.PowersOfTwo) found.scales()).codes()).isEqualTo(bytes(golden, name + ".weight_scale"));
            assertThat(packed(found.codes())).isEqualTo(bytes(golden, name + ".weight_packed"));
        }
    }

    /** The tool rounds scales up where that keeps the largest weight; the specification does not. */
    @ParameterizedTest
    @ValueSource(strings = {DOWN, KEY})
    void mxfp4ByTheSpecificationHasScalesUpToOnePowerLower(String name) throws Exception {
        try (var golden = SafetensorsFile.open(SharedFiles.path(FOLDER + "ct-mxfp4a16/model.safetensors"))) {
            var method = new MxFloat4();
            GroupedWeight found = quantize(method, method.weightsSchema().defaults(), method.schema().defaults(), name);
            byte[] scales = ((GroupNumbers.PowersOfTwo) found.scales()).codes();
            byte[] theirs = bytes(golden, name + ".weight_scale");
            int lower = 0;
            for (int i = 0; i < scales.length; i++) {
                assertThat((theirs[i] & 0xFF) - (scales[i] & 0xFF)).isBetween(0, 1);
                lower += theirs[i] == scales[i] ? 0 : 1;
            }
            assertThat((double) lower / scales.length).isBetween(0.1, 0.3);
        }
    }

    /** The tool worked in float16: its scale for the matrix is rounded to that, and a few scales of groups with it. */
    @ParameterizedTest
    @ValueSource(strings = {DOWN, KEY})
    void nvfp4IsThatOfCompressedTensorsButForItsFloat16(String name) throws Exception {
        try (var golden = SafetensorsFile.open(SharedFiles.path(FOLDER + "ct-nvfp4a16/model.safetensors"))) {
            var method = new NvFloat4();
            GroupedWeight found = quantize(method, method.weightsSchema().defaults(), new NvFloat4.Options(), name);
            var scales = (GroupNumbers.Float8) found.scales();
            float global = golden.floats(name + ".weight_global_scale")[0];
            assertThat(Float.float16ToFloat(Float.floatToFloat16(scales.global()))).isEqualTo(global);
            assertThat(same(scales.codes(), bytes(golden, name + ".weight_scale"))).isGreaterThan(0.999);
            assertThat(same(packed(found.codes()), bytes(golden, name + ".weight_packed"))).isGreaterThan(0.999);
            assertThat(squaredError(found, name)).isLessThan(1.001 * theirError("ct-nvfp4a16", name));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ct-fp8-dynamic, CHANNEL, " + DOWN, "ct-fp8-dynamic, CHANNEL, " + KEY,
        "ct-fp8-static, TENSOR, " + DOWN, "ct-fp8-static, TENSOR, " + KEY,
        "ct-fp8-block, BLOCK, " + DOWN, "ct-fp8-block, BLOCK, " + KEY
    })
    void fp8IsThatOfCompressedTensorsButForItsFloat16(String fixture, Float8.Granularity granularity, String name) throws Exception {
        try (var golden = SafetensorsFile.open(SharedFiles.path(FOLDER + fixture + "/model.safetensors"))) {
            var settings = new WeightSettings(
                    WeightSettings.Type.FLOAT, 8, WeightSettings.CHANNEL, true, WeightSettings.ScaleType.FLOAT16);
            GroupedWeight found = quantize(new Float8(), settings, new Float8.Options(granularity), name);
            // Its division by 448 in float16 rounds a scale by its last digit at most.
            assertThat(found.scales().values()).usingComparatorWithPrecision(1e-6f).containsExactly(golden.floats(name + ".weight_scale"));
            assertThat(same(found.codes(), bytes(golden, name + ".weight"))).isGreaterThan(0.99);
            assertThat(squaredError(found, name)).isLessThan(1.01 * theirError(fixture, name));
        }
    }

    private static <O extends Record> GroupedWeight quantize(QuantizationMethod<O> method, WeightSettings settings, O options, String name) {
        var group = new LayerGroup(List.of(layer(name)), LayerInputs.NONE);
        return (GroupedWeight) method.quantize(group, settings, options, null).getFirst();
    }

    private static LayerGroup.Layer layer(String name) {
        try (var base = SafetensorsFile.open(SharedFiles.path(FOLDER + "base-1l/model.safetensors"))) {
            List<Integer> shape = base.shape(name + ".weight");
            return new LayerGroup.Layer(name, shape.get(0), shape.get(1), base.floats(name + ".weight"));
        }
    }

    private static double theirError(String fixture, String name) throws Exception {
        return JsonMapper.shared()
                .readTree(Files.readString(SharedFiles.path(FOLDER + fixture + "/fixture.json")))
                .get("weight_mse")
                .get(name)
                .doubleValue();
    }

    private static double squaredError(GroupedWeight found, String name) {
        float[] weights = layer(name).weights();
        float[] meant = found.toFloats();
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double error = meant[i] - weights[i];
            sum += error * error;
        }
        return sum / weights.length;
    }

    private static byte[] bytes(SafetensorsFile file, String name) {
        return file.bytes(name).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Two codes a byte, the first in the low half. */
    private static byte[] packed(byte[] codes) {
        var packed = new byte[codes.length / 2];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = (byte) (codes[2 * i + 1] << 4 | codes[2 * i]);
        }
        return packed;
    }

    private static double same(byte[] found, byte[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        int same = 0;
        for (int i = 0; i < found.length; i++) {
            same += found[i] == expected[i] ? 1 : 0;
        }
        return (double) same / found.length;
    }
}
