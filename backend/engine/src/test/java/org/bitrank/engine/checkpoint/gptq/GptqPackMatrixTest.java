package org.bitrank.engine.checkpoint.gptq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.DType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Forty combinations of bits, group size, symmetry and scattered groups, packed by AutoGPTQ and by GPTQModel. */
class GptqPackMatrixTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"gptq-pack-matrix-v1, '\"is_marlin_format\": false'", "gptq-pack-matrix-v2, '\"checkpoint_format\": \"gptq_v2\"'"})
    void everyCombinationDecodesAsTheToolReadsIt(String fixture, String declared) throws IOException {
        Path packed = SharedFiles.path("fixtures/quantized/" + fixture).resolve("pack.safetensors");
        Files.copy(packed, folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"llama\", \"quantization_config\": {\"quant_method\": \"gptq\", " + declared + "}}");
        JsonNode combinations = Json.readObject(packed.resolveSibling("fixture.json")).orElseThrow().path("combos");
        var wrong = new ArrayList<String>();
        try (Checkpoint checkpoint = Checkpoint.open(folder); SafetensorsFile file = SafetensorsFile.open(packed)) {
            for (String key : combinations.propertyNames()) {
                var weight = (GroupedWeight) checkpoint.weights().read(key + ".weight");
                assertThat(weight.codes()).as(key).isEqualTo(file.bytes(key + ".codes").toArray(ValueLayout.JAVA_BYTE));
                float[] expected = file.names().contains(key + ".tool_dequant") ? file.floats(key + ".tool_dequant") : intended(file, key, weight);
                float[] decoded = DenseWeight.of(weight.toFloats(), 1, expected.length, DType.FLOAT16).toFloats();
                if (!Arrays.equals(decoded, DenseWeight.of(expected, 1, expected.length, DType.FLOAT16).toFloats())) {
                    wrong.add(key);
                }
            }
        }
        assertThat(combinations.size()).isEqualTo(40);
        assertThat(wrong).isEmpty();
    }

    /** {@code (codes - zeros[g_idx]) * scales[g_idx]}. */
    private static float[] intended(SafetensorsFile file, String key, GroupedWeight weight) {
        byte[] zeros = file.bytes(key + ".zeros").toArray(ValueLayout.JAVA_BYTE);
        int[] groupOfColumn = file.integers(key + ".g_idx");
        float[] scales = file.floats(key + ".scales");
        int groups = zeros.length / weight.rows();
        var values = new float[weight.codes().length];
        for (int i = 0; i < values.length; i++) {
            int row = i / weight.columns();
            int group = groupOfColumn[i % weight.columns()];
            values[i] = ((weight.codes()[i] & 0xFF) - (zeros[row * groups + group] & 0xFF)) * scales[group * weight.rows() + row];
        }
        return values;
    }
}
