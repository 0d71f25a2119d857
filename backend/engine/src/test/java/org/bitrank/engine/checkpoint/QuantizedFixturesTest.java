package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Checkpoints that the tools themselves wrote decode to the values that the tools give for them. */
class QuantizedFixturesTest {
    /** @param error of the largest magnitude that is allowed; 0: the same bits after one rounding to the tool's type */
    @ParameterizedTest
    @CsvSource({
        "autogptq-w2-g32-act-asym, gptq, 0", "autogptq-w3-g128-asym, gptq, 0", "autogptq-w4-g128-act-static-sym, gptq, 0", "autogptq-w4-g128-sym, gptq, 0",
        "autogptq-w4-g32-act-asym, gptq, 0", "autogptq-w8-perchannel-sym, gptq, 0", "autoround-w4-g128-asym, auto-round, 0", "awq-gemm-w4-g128, awq, 0",
        "awq-gemm-w4-g32, awq, 0", "awq-gemv-w4-g128, awq, 0", "awq-gemvfast-w4-g128, awq, 5e-4", "bitnet-ternary-2bit, bitnet, 0", "ct-legacy-marlin24, compressed-tensors, 5e-4",
        "bnb-fp4, bitsandbytes, 0", "bnb-fp4-dq, bitsandbytes, 0", "bnb-int8, bitsandbytes, 2e-7", "bnb-nf4, bitsandbytes, 0", "bnb-nf4-dq, bitsandbytes, 0",
        "ct-awq-w4a16-asym, compressed-tensors, 0", "ct-fp8-block, compressed-tensors, 0", "ct-fp8-dynamic, compressed-tensors, 0",
        "ct-fp8-static, compressed-tensors, 0", "ct-gptq-w4a16-actorder-weight-g32, compressed-tensors, 0",
        "ct-legacy-gptq-w4-actorder-group, compressed-tensors, 0", "ct-legacy-sparse24-bitmask, compressed-tensors, 0",
        "ct-legacy-w3-g128-sym, compressed-tensors, 5e-4", "ct-mxfp4a16, compressed-tensors, 0", "ct-mxfp8a16, compressed-tensors, 0",
        "ct-nvfp4, compressed-tensors, 3e-3", "ct-nvfp4a16, compressed-tensors, 3e-3", "ct-smoothquant-w8a8, compressed-tensors, 0",
        "ct-w2a16-perchannel, compressed-tensors, 0", "ct-w3a16-g128, compressed-tensors, 0", "ct-w4a16-asym-g128, compressed-tensors, 0",
        "ct-w4a16-sym-g128, compressed-tensors, 0", "ct-w8a16, compressed-tensors, 0", "ct-w8a8-int8-dynamic, compressed-tensors, 0",
        "gptqmodel-w2-g32-asym-v1, gptq, 0", "gptqmodel-w2-g32-asym-v2, gptq, 0", "gptqmodel-w3-g128-sym-v1, gptq, 0", "gptqmodel-w3-g32-asym-v1, gptq, 0",
        "gptqmodel-w3-perchannel-act-asym-v2, gptq, 0", "gptqmodel-w4-g32-act-asym-v2, gptq, 0", "gptqmodel-w4-g32-act-sym-v1, gptq, 0",
        "gptqmodel-w8-g128-act-sym-v1, gptq, 0", "hqq-1bit-g64, hqq, 1e-3", "hqq-2bit-g64, hqq, 1e-3", "hqq-3bit-g64, hqq, 1e-3", "hqq-4bit-g64, hqq, 1e-3",
        "hqq-4bit-g64-axis0, hqq, 1e-3", "torchao-float8-wo, torchao, 0", "torchao-int8-wo, torchao, 3e-3", "torchao-intx4-g128, torchao, 3e-3"
    })
    void decodesToTheToolsValues(String fixture, String format, float error) throws Exception {
        Path directory = SharedFiles.path("fixtures/quantized/" + fixture);
        JsonNode modules = Json.readObject(directory.resolve("expected_dequant.json")).orElseThrow();
        int matrices = 0;
        try (Checkpoint checkpoint = Checkpoint.open(directory);
                SafetensorsFile values = SafetensorsFile.open(directory.resolve("expected_dequant.safetensors"))) {
            assertThat(checkpoint.format()).isEqualTo(format);
            for (Map.Entry<String, JsonNode> entry : modules.properties()) {
                String name = entry.getKey() + ".weight";
                if (!checkpoint.weights().contains(name)) {
                    continue;
                }
                matrices++;
                float[] decoded = checkpoint.weights().read(name).toFloats();
                assertThat(checkpoint.weights().info(name).shape()).hasToString(entry.getValue().path("shape").toString().replace(",", ", "));
                if (error == 0) {
                    String sha256 = sha256(rounded(decoded, entry.getValue().path("tool_dtype").asString()));
                    assertThat(sha256).as(entry.getKey()).isEqualTo(entry.getValue().path("sha256_f32").asString());
                }
                for (String part : values.names()) {
                    if (part.startsWith(entry.getKey()) && !part.contains("codes") && !part.contains("absmax")) {
                        assertClose(entry.getKey(), decoded, values.floats(part), error == 0 ? 4e-3f : error);
                    }
                }
            }
        }
        assertThat(matrices).isGreaterThanOrEqualTo(2);
    }

    @Test
    void keepsTheGroupsOfActOrder() {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path("fixtures/quantized/ct-legacy-gptq-w4-actorder-group"))) {
            var weight = (GroupedWeight) checkpoint.weights().read("model.layers.0.self_attn.k_proj.weight");
            assertThat(weight.groupOfColumn()).hasSize(256);
        }
    }

    /** What the checkpoint says of its zero points, and where that had to be guessed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "gptqmodel-w4-g32-act-asym-v2 | read as version 2", "gptqmodel-w2-g32-asym-v1 | read as version 1 (zero points stored minus one, whole words",
        "autogptq-w4-g32-act-asym | AutoGPTQ damaged fields where a zero point was 0", "ct-legacy-w3-g128-sym | before 0.19"
    })
    void saysWhatHadToBeDecided(String fixture, String note) {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path("fixtures/quantized/" + fixture))) {
            assertThat(checkpoint.notes()).anyMatch(sentence -> sentence.contains(note));
        }
    }

    /** How inputs are quantized is kept for the evaluation. */
    @ParameterizedTest
    @CsvSource({
        "ct-w8a8-int8-dynamic, INT, 8, TOKEN, true, 0", "ct-fp8-dynamic, FLOAT, 8, TOKEN, true, 0", "ct-fp8-static, FLOAT, 8, TENSOR, false, 1",
        "ct-fp8-block, FLOAT, 8, GROUP, true, 0", "ct-nvfp4, FLOAT, 4, GROUP, true, 1"
    })
    void saysHowInputsAreQuantized(String fixture, ActivationScheme.Type type, int bits, ActivationScheme.Granularity granularity, boolean dynamic, int scales) {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path("fixtures/quantized/" + fixture))) {
            ActivationScheme scheme = checkpoint.activations("model.layers.0.self_attn.k_proj").orElseThrow();
            assertThat(scheme.type()).isEqualTo(type);
            assertThat(scheme.bits()).isEqualTo(bits);
            assertThat(scheme.granularity()).isEqualTo(granularity);
            assertThat(scheme.dynamic()).isEqualTo(dynamic);
            assertThat(scheme.scales() == null ? 0 : scheme.scales().length).isEqualTo(scales);
        }
    }

    private static void assertClose(String name, float[] decoded, float[] expected, float allowed) {
        float largest = 0;
        float error = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(expected[i] - decoded[i]));
        }
        assertThat(error).as(name).isLessThanOrEqualTo(allowed * largest);
    }

    private static float[] rounded(float[] values, String type) {
        return switch (type) {
            case "float16" -> DenseWeight.of(values, 1, values.length, DType.FLOAT16).toFloats();
            case "bfloat16" -> DenseWeight.of(values, 1, values.length, DType.BFLOAT16).toFloats();
            default -> values;
        };
    }

    private static String sha256(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Sha256.of(bytes.array());
    }
}
