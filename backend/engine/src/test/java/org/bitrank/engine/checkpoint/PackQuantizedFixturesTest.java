package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.weights.GroupedWeight;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Checkpoints that llm-compressor wrote decode to the values that compressed-tensors gives for them. */
class PackQuantizedFixturesTest {
    private static final String[] MODULES = {"model.layers.0.self_attn.k_proj", "model.layers.0.mlp.down_proj"};

    @ParameterizedTest
    @ValueSource(strings = {
        "ct-awq-w4a16-asym", "ct-gptq-w4a16-actorder-weight-g32", "ct-legacy-gptq-w4-actorder-group", "ct-w2a16-perchannel", "ct-w3a16-g128",
        "ct-w4a16-asym-g128", "ct-w4a16-sym-g128", "ct-w8a16"
    })
    void decodesToTheToolsValues(String fixture) throws Exception {
        Path directory = SharedFiles.path("fixtures/quantized/" + fixture);
        ObjectNode expected = Json.readObject(directory.resolve("expected_dequant.json")).orElseThrow();
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            for (String module : MODULES) {
                float[] values = checkpoint.weights().read(module + ".weight").toFloats();
                assertThat(sha256RoundedToFloat16(values)).as(module).isEqualTo(expected.path(module).path("sha256_f32").asString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ct-legacy-w3-g128-sym", "ct-w3a16-g128"})
    void readsBothPackingsOfThreeBits(String fixture) {
        Path directory = SharedFiles.path("fixtures/quantized/" + fixture);
        try (Checkpoint checkpoint = Checkpoint.open(directory);
                SafetensorsFile expected = SafetensorsFile.open(directory.resolve("expected_dequant.safetensors"))) {
            String part = expected.names().stream().filter(name -> name.startsWith(MODULES[0])).findFirst().orElseThrow();
            float[] values = checkpoint.weights().read(MODULES[0] + ".weight").toFloats();
            float[] first = expected.floats(part);
            float largest = 0;
            float error = 0;
            for (int i = 0; i < first.length; i++) {
                largest = Math.max(largest, Math.abs(first[i]));
                error = Math.max(error, Math.abs(first[i] - values[i]));
            }
            assertThat(error).isLessThanOrEqualTo(5e-4f * largest);
        }
    }

    @Test
    void keepsTheGroupsOfActOrder() {
        Path directory = SharedFiles.path("fixtures/quantized/ct-legacy-gptq-w4-actorder-group");
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            var weight = (GroupedWeight) checkpoint.weights().read(MODULES[0] + ".weight");
            assertThat(weight.groupOfColumn()).hasSize(256);
        }
    }

    private static String sha256RoundedToFloat16(float[] values) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(Float.float16ToFloat(Float.floatToFloat16(value)));
        }
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    }
}
