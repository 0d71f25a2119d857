package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadDirectoriesTest {
    private static final String PACKED_CONFIG = """
            {"quantization_config": {"quant_method": "compressed-tensors", "format": "pack-quantized",
             "config_groups": {"group_0": {"targets": ["Linear"], "weights": {"num_bits": 4, "type": "int"}}}}}""";

    @TempDir
    Path folder;

    @Test
    void aMissingShardIsNamed() throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), """
                {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}""");
        tensor("model-00001-of-00002.safetensors", "a", DType.FLOAT32, List.of(1), new float[1]);
        assertRefused(FailureClass.BAD_INPUT, "shard model-00002-of-00002.safetensors is missing");
    }

    @Test
    void aShardThatLacksItsTensorIsNamed() throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\": {\"b\": \"one.safetensors\"}}");
        tensor("one.safetensors", "a", DType.FLOAT32, List.of(1), new float[1]);
        assertRefused(FailureClass.BAD_INPUT, "names tensor b in one.safetensors, which does not hold it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.safetensors", "/etc/passwd", "a/b.safetensors", "model.bin"})
    void anIndexCannotPointElsewhere(String shard) throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\": {\"a\": \"" + shard + "\"}}");
        assertRefused(FailureClass.BAD_INPUT, "is no safetensors file beside it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pytorch_model.bin", "model.pt", "consolidated.00.pth", "weights.pkl", "last.ckpt"})
    void pickleFilesAreRefusedUnopened(String name) throws IOException {
        Files.writeString(folder.resolve(name), "would run code");
        assertRefused(FailureClass.BAD_INPUT, "pickle");
    }

    @Test
    void anEmptyDirectoryIsRefused() {
        assertRefused(FailureClass.BAD_INPUT, "holds neither");
    }

    @Test
    void aMissingPathIsMissingData() {
        assertThatThrownBy(() -> Checkpoint.open(folder.resolve("nowhere")))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.DATA_MISSING));
    }

    @Test
    void weightsWithoutAConfigurationAreRefused() {
        tensor("model.safetensors", "a", DType.FLOAT32, List.of(1), new float[1]);
        assertRefused(FailureClass.BAD_INPUT, "has no config.json");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"quantization_config": {"quant_method": "awq", "bits": 4}}                                                                                                          | 'awq'
            {"quantization_config": {"quant_method": "compressed-tensors", "format": "float-quantized", "config_groups": {"g": {"weights": {"num_bits": 8, "type": "float"}}}}} | (float-quantized)
            """)
    void otherQuantizationsAreRefusedByName(String config, String message) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
        tensor("model.safetensors", "a", DType.FLOAT32, List.of(1), new float[1]);
        assertRefused(FailureClass.UNSUPPORTED, message);
    }

    @Test
    void packedTensorsOfTheWrongShapeAreRefused() throws IOException {
        Files.writeString(folder.resolve("config.json"), PACKED_CONFIG);
        try (var writer = SafetensorsWriter.create(folder.resolve("model.safetensors"))) {
            writer.put("m.weight_shape", SafetensorsType.I64, List.of(2), MemorySegment.ofArray(new long[] {4, 64}));
            writer.put("m.weight_packed", SafetensorsType.I32, List.of(4, 7), MemorySegment.ofArray(new int[28]));
            writer.put("m.weight_scale", SafetensorsType.F32, List.of(4, 1), MemorySegment.ofArray(new float[4]));
            writer.finish();
        }
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThatThrownBy(() -> checkpoint.weights().read("m.weight"))
                    .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                    .hasMessageContaining("m.weight_packed has shape [4, 7], which holds no [4, 64] codes of 4 bits");
        }
    }

    @Test
    void anImpossiblePackedShapeIsRefused() throws IOException {
        Files.writeString(folder.resolve("config.json"), PACKED_CONFIG);
        try (var writer = SafetensorsWriter.create(folder.resolve("model.safetensors"))) {
            writer.put("m.weight_shape", SafetensorsType.I64, List.of(2), MemorySegment.ofArray(new long[] {1L << 40, -1}));
            writer.put("m.weight_packed", SafetensorsType.I32, List.of(4, 8), MemorySegment.ofArray(new int[32]));
            writer.finish();
        }
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThatThrownBy(() -> checkpoint.weights().info("m.weight"))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("impossible number 1099511627776");
        }
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{}");
        tensor("model.safetensors", "a", DType.FLOAT32, List.of(1), new float[1]);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThatThrownBy(() -> checkpoint.weights().read("model.norm.weight"))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("holds no tensor model.norm.weight");
        }
    }

    private void tensor(String file, String name, DType dtype, List<Integer> shape, float[] values) {
        try (var writer = SafetensorsWriter.create(folder.resolve(file))) {
            writer.put(name, dtype, shape, DenseWeight.of(values, 1, values.length, dtype).data());
            writer.finish();
        }
    }

    private void assertRefused(FailureClass failureClass, String message) {
        assertThatThrownBy(() -> Checkpoint.open(folder).close())
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(failureClass))
                .hasMessageContaining(message);
    }
}
