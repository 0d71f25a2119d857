package org.bitrank.engine.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.gguf.GgufBlocks;
import org.bitrank.engine.gguf.GgufType;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Blocks of every kind that llama-quantize wrote: what they mean, and that the same weights give the same bytes. */
class GgufTypesTest {
    private static final String FIXTURES = "fixtures/quantized/";

    @ParameterizedTest
    @ValueSource(strings = {"gguf-mixed-types", "gguf-q4_k_m", "gguf-tq1_0", "gguf-tq2_0"})
    void blocksDecodeToTheToolsValues(String fixture) throws Exception {
        Path folder = SharedFiles.path(FIXTURES + fixture);
        ObjectNode expected = Json.readObject(folder.resolve("expected_dequant.json")).orElseThrow();
        try (GgufFile file = GgufFile.open(folder.resolve("model.gguf"))) {
            for (GgufFile.Entry tensor : file.tensors().values()) {
                float[] values = GgufSource.stored(file, tensor).toFloats();
                assertThat(sha256(MemorySegment.ofArray(values))).as("%s, %s", tensor.name(), tensor.type())
                        .isEqualTo(expected.path(tensor.name()).path("sha256_f32").asString());
            }
        }
    }

    @Test
    void theSameWeightsGiveTheBytesThatLlamaQuantizeWrote() throws Exception {
        Path folder = SharedFiles.path(FIXTURES + "gguf-mixed-types");
        ObjectNode expected = Json.readObject(folder.resolve("expected_dequant.json")).orElseThrow();
        var seen = EnumSet.noneOf(GgufType.class);
        try (GgufFile file = GgufFile.open(folder.resolve("model.gguf"));
                Checkpoint base = Checkpoint.open(SharedFiles.path(FIXTURES + "base-2l"))) {
            for (GgufFile.Entry tensor : file.tensors().values()) {
                if (GgufType.quantizable().anyMatch(tensor.type()::equals)) {
                    String name = GgufNames.huggingFace(tensor.name()).orElseThrow();
                    TensorInfo info = base.weights().info(name);
                    GgufBlocks blocks = GgufBlocks.quantize(tensor.type(), base.weights().read(name).toFloats(), info.rows(), info.columns());
                    int heads = name.contains("q_proj") ? 8 : name.contains("k_proj") ? 4 : 0;
                    MemorySegment bytes = heads == 0 ? blocks.data() : HeadRows.toPairs(blocks.data(), info.rows(), heads, name);
                    assertThat(sha256(bytes)).as("%s, %s", tensor.name(), tensor.type())
                            .isEqualTo(expected.path(tensor.name()).path("sha256_raw").asString());
                    seen.add(tensor.type());
                }
            }
        }
        seen.add(GgufType.TQ1_0);
        seen.add(GgufType.TQ2_0);
        assertThat(seen).containsAll(GgufType.quantizable().toList());
    }

    /** Weights that are ternary already go through the blocks unchanged. */
    @ParameterizedTest
    @ValueSource(strings = {"gguf-tq1_0", "gguf-tq2_0"})
    void ternaryWeightsGiveTheBytesThatLlamaQuantizeWrote(String fixture) {
        try (GgufFile file = GgufFile.open(SharedFiles.path(FIXTURES + fixture).resolve("model.gguf"))) {
            int seen = 0;
            for (GgufFile.Entry tensor : file.tensors().values()) {
                if (GgufSource.stored(file, tensor) instanceof GgufBlocks blocks && blocks.type().name().startsWith("TQ")) {
                    GgufBlocks again = GgufBlocks.quantize(blocks.type(), blocks.toFloats(), blocks.rows(), blocks.columns());
                    assertThat(again.data().mismatch(blocks.data())).as(tensor.name()).isEqualTo(-1);
                    seen++;
                }
            }
            assertThat(seen).isEqualTo(7);
        }
    }

    @Test
    void blocksAreReadAsTheyAreButThoseOfFloat16ModelsInFloat16() {
        try (Checkpoint mixed = Checkpoint.open(SharedFiles.path(FIXTURES + "gguf-mixed-types/model.gguf"));
                Checkpoint legacy = Checkpoint.open(SharedFiles.path("models/smollm2-135m-instruct"))) {
            assertThat(mixed.weights().read("model.layers.0.self_attn.k_proj.weight")).isInstanceOf(GgufBlocks.class);
            String name = "model.layers.0.self_attn.k_proj.weight";
            GgufBlocks blocks = (GgufBlocks) legacy.weights().readStored(name);
            float[] exact = legacy.weights().readExactly(name);
            assertThat(legacy.weights().read(name).toFloats()).isNotEqualTo(exact)
                    .isEqualTo(DenseWeight.of(exact, blocks.rows(), blocks.columns(), DType.FLOAT16).toFloats());
        }
    }

    @Test
    void otherBlocksAreRefusedWithTheNameOfTypeAndTensor(@TempDir Path folder) throws Exception {
        byte[] file = GgufBytes.header(3, 1, 1).pair("general.architecture", "llama").tensor("output_norm.weight", GgufType.IQ1_S, 0, 256)
                .align(32).raw(new byte[50]).toBytes();
        Files.write(folder.resolve("model.gguf"), file);
        try (GgufFile gguf = GgufFile.open(folder.resolve("model.gguf"))) {
            assertThatThrownBy(() -> GgufSource.stored(gguf, gguf.tensors().get("output_norm.weight")))
                    .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.UNSUPPORTED))
                    .hasMessageContaining("output_norm.weight is stored as IQ1_S")
                    .hasMessageContaining("Q4_K");
        }
    }

    private static String sha256(MemorySegment bytes) {
        return Sha256.of(bytes.toArray(ValueLayout.JAVA_BYTE));
    }
}
