package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.bitrank.engine.Progress;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConverterTest {
    private static final String MATRIX = "model.layers.0.self_attn.k_proj.weight";

    @TempDir
    Path folder;

    @Test
    void denseHoldsTheDecodedNumbers() {
        try (Checkpoint source = Checkpoint.open(SharedFiles.path("fixtures/quantized/ct-w3a16-g128"))) {
            converter(source).toDense(folder.resolve("out"), DType.FLOAT32);
            try (Checkpoint dense = Checkpoint.open(folder.resolve("out"))) {
                assertThat(dense.format()).isEqualTo("safetensors");
                assertThat(dense.config().has("quantization_config")).isFalse();
                assertThat(dense.config().path("dtype").asString()).isEqualTo("float32");
                assertThat(dense.weights().names()).isEqualTo(source.weights().names());
                assertThat(dense.weights().read(MATRIX).toFloats()).isEqualTo(source.weights().read(MATRIX).toFloats());
            }
        }
    }

    @Test
    void withoutATypeDecodedTensorsGetTheOneOfTheConfiguration() {
        try (Checkpoint source = Checkpoint.open(SharedFiles.path("fixtures/quantized/ct-w4a16-sym-g128"))) {
            converter(source).toDense(folder.resolve("out"), null);
            try (Checkpoint dense = Checkpoint.open(folder.resolve("out"))) {
                assertThat(dense.weights().info(MATRIX).encoding()).isEqualTo("F16");
            }
        }
    }

    @Test
    void oldPackingBecomesTheCurrentOne() {
        try (Checkpoint source = Checkpoint.open(SharedFiles.path("fixtures/quantized/ct-legacy-w3-g128-sym"))) {
            converter(source).to(StorageFormats.writable("compressed-tensors"), folder.resolve("out"));
            try (Checkpoint current = Checkpoint.open(folder.resolve("out"))) {
                assertThat(current.weights().info(MATRIX).stored().codes()).isEqualTo(128 * 24 * 4).isLessThan(source.weights().info(MATRIX).stored().codes());
                assertThat(current.weights().read(MATRIX)).usingRecursiveComparison().isEqualTo(source.weights().read(MATRIX));
            }
        }
    }

    @Test
    void roundingOfInputsThatIsLostIsTold() throws Exception {
        try (Checkpoint source = Checkpoint.open(SharedFiles.path("fixtures/quantized/ct-w8a8-int8-dynamic"))) {
            Converter kept = converter(source);
            kept.to(StorageFormats.writable("compressed-tensors"), folder.resolve("kept"));
            assertThat(kept.losses()).isEmpty();
            Converter lost = converter(source);
            lost.to(StorageFormats.writable("bitrank"), folder.resolve("lost"));
            assertThat(lost.losses()).singleElement().asString().isEqualTo(
                    "the inputs of 2 layers are no longer rounded to int8 per token: the format has no words for it");
            assertThat(Files.readString(folder.resolve("lost/bitrank.json"))).contains("no longer rounded");
        }
    }

    @Test
    void unquantizedWeightsAreNoCompressedTensors() {
        try (Checkpoint source = Checkpoint.open(SharedFiles.path("fixtures/hf/llm/llama-mha-f32"))) {
            assertThatThrownBy(() -> converter(source).to(StorageFormats.writable("compressed-tensors"), folder.resolve("out")))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("quantize it first");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void numbersThatDoNotFitTheTypeAreRefused() throws Exception {
        Path base = Files.createDirectory(folder.resolve("base"));
        Files.writeString(base.resolve("config.json"), "{}");
        try (var writer = SafetensorsWriter.create(base.resolve("model.safetensors"))) {
            writer.put("a", DType.FLOAT32, List.of(2), DenseWeight.of(new float[] {1, 1e6f}, 1, 2).data());
            writer.finish();
        }
        try (Checkpoint source = Checkpoint.open(base)) {
            assertThatThrownBy(() -> converter(source).toDense(folder.resolve("out"), DType.FLOAT16))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("too large for float16");
        }
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private static Converter converter(Checkpoint source) {
        return new Converter(source, new TreeMap<>(), Progress.SILENT);
    }
}
