package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HexFormat;
import org.bitrank.engine.SharedFiles;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Blocks of every kind that llama-quantize wrote decode to its values, or are refused by name. */
class GgufTypesTest {
    @Test
    void blocksDecodeToTheToolsValues() throws Exception {
        Path folder = SharedFiles.path("fixtures/quantized/gguf-mixed-types");
        ObjectNode expected = Json.readObject(folder.resolve("expected_dequant.json")).orElseThrow();
        var seen = EnumSet.noneOf(GgufType.class);
        try (GgufFile file = GgufFile.open(folder.resolve("model.gguf"))) {
            for (GgufFile.Entry tensor : file.tensors().values()) {
                if (tensor.type().readable()) {
                    TensorInfo info = TensorInfo.of(tensor.name(), tensor.shape(), "", 0, StoredBytes.NONE);
                    float[] values = tensor.type().decodeExactly(file.bytes(tensor), info.rows(), info.columns());
                    assertThat(sha256(values)).as(tensor.name()).isEqualTo(expected.path(tensor.name()).path("sha256_f32").asString());
                    seen.add(tensor.type());
                }
            }
        }
        assertThat(seen).contains(GgufType.F32, GgufType.F16, GgufType.BF16, GgufType.Q8_0, GgufType.Q4_0, GgufType.Q4_1);
    }

    @Test
    void otherBlocksAreRefusedWithTheNameOfTypeAndTensor() {
        Path folder = SharedFiles.path("fixtures/quantized/gguf-q4_k_m");
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.gguf"))) {
            assertThatThrownBy(() -> checkpoint.weights().read("lm_head.weight"))
                    .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.UNSUPPORTED))
                    .hasMessageContaining("output.weight is stored as Q6_K");
        }
    }

    private static String sha256(float[] values) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    }
}
