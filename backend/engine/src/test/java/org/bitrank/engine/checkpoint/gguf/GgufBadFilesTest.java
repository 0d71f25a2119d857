package org.bitrank.engine.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.gguf.GgufType;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufBadFilesTest {
    private static final int DATA = 416;

    @TempDir
    Path folder;

    @Test
    void theGoodFileIsGood() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(write(smallModel()))) {
            assertThat(checkpoint.weights().names())
                    .containsExactly("model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight", "model.norm.weight");
            assertThat(checkpoint.config().path("rms_norm_eps").asDouble()).isEqualTo(1e-5);
            assertThat(checkpoint.config().path("rope_theta").asDouble()).isEqualTo(500_000);
            assertThat(checkpoint.config().path("num_key_value_heads").asInt()).isEqualTo(2);
            assertThat(checkpoint.config().path("tie_word_embeddings").asBoolean()).isTrue();
        }
    }

    @Test
    void queryRowsGoBackToHuggingFaceOrder() throws IOException {
        byte[] file = smallModel();
        ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int start = file.length - DATA + 128;
        for (int row = 0; row < 8; row++) {
            data.putFloat(start + row * 32, row);
        }
        try (Checkpoint checkpoint = Checkpoint.open(write(file))) {
            float[] values = checkpoint.weights().read("model.layers.0.self_attn.q_proj.weight").toFloats();
            var firsts = new float[8];
            for (int row = 0; row < 8; row++) {
                firsts[row] = values[row * 8];
            }
            assertThat(firsts).containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
        }
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = smallModel();
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), FailureClass.BAD_INPUT, "");
        }
    }

    /** Whatever byte of the head is changed, the file is refused or every tensor stays inside it. */
    @Test
    void everyChangedByteIsRefusedOrHarmless() throws IOException {
        byte[] whole = smallModel();
        var random = new Random(1);
        for (int at = 0; at < whole.length - DATA; at++) {
            for (int value : new int[] {0, 1, 9, 0x7F, 0xFF, random.nextInt(256)}) {
                byte[] changed = whole.clone();
                changed[at] = (byte) value;
                try (Checkpoint checkpoint = Checkpoint.open(write(changed))) {
                    checkpoint.weights().names().forEach(checkpoint.weights()::read);
                } catch (BitRankException refused) {
                    assertThat(refused.failureClass()).isIn(FailureClass.BAD_INPUT, FailureClass.UNSUPPORTED);
                }
            }
        }
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        assertRefused("not a model at all".getBytes(), FailureClass.BAD_INPUT, "is no GGUF file");
        assertRefused(GgufBytes.header(1, 0, 0).toBytes(), FailureClass.UNSUPPORTED, "GGUF version 1");
    }

    @Test
    void hugeCountsAreRefusedBeforeMemoryIsTaken() throws IOException {
        assertRefused(GgufBytes.header(3, Long.MAX_VALUE, 0).toBytes(), FailureClass.BAD_INPUT, "damaged");
        assertRefused(GgufBytes.header(3, 0, 1L << 40).toBytes(), FailureClass.BAD_INPUT, "damaged");
        assertRefused(GgufBytes.header(3, 0, 1).string("k").u32(9).u32(4).u64(1L << 50).toBytes(), FailureClass.BAD_INPUT, "damaged");
        assertRefused(GgufBytes.header(3, 0, 1).u64(1L << 50).toBytes(), FailureClass.BAD_INPUT, "damaged");
    }

    @Test
    void overlappingTensorsAreRefused() throws IOException {
        byte[] file = GgufBytes.header(3, 2, 1).pair("general.architecture", "llama")
                .tensor("token_embd.weight", GgufType.F32, 0, 8, 4).tensor("output_norm.weight", GgufType.F32, 64, 8).align(32).raw(new byte[128]).toBytes();
        assertRefused(file, FailureClass.BAD_INPUT, "overlaps");
    }

    @Test
    void aTensorThatIsThereTwiceIsRefused() throws IOException {
        byte[] file = GgufBytes.header(3, 2, 1).pair("general.architecture", "llama")
                .tensor("output_norm.weight", GgufType.F32, 0, 8).tensor("output_norm.weight", GgufType.F32, 32, 8).align(32).raw(new byte[64]).toBytes();
        assertRefused(file, FailureClass.BAD_INPUT, "twice");
    }

    @Test
    void rowsThatDoNotDivideIntoBlocksAreRefused() throws IOException {
        byte[] file = GgufBytes.header(3, 1, 1).pair("general.architecture", "llama").tensor("token_embd.weight", GgufType.Q8_0, 0, 33, 4)
                .align(32).raw(new byte[256]).toBytes();
        assertRefused(file, FailureClass.BAD_INPUT, "impossible shape");
    }

    @Test
    void otherArchitecturesAreRefusedByName() throws IOException {
        assertRefused(GgufBytes.header(3, 0, 1).pair("general.architecture", "mamba").align(32).toBytes(), FailureClass.UNSUPPORTED, "'mamba'");
    }

    private static byte[] smallModel() {
        return GgufBytes.smallModel().raw(new byte[DATA]).toBytes();
    }

    private Path write(byte[] content) throws IOException {
        Path file = folder.resolve("model.gguf");
        Files.write(file, content);
        return file;
    }

    private void assertRefused(byte[] content, FailureClass failureClass, String message) throws IOException {
        Path file = write(content);
        assertThatThrownBy(() -> Checkpoint.open(file).close())
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(failureClass))
                .hasMessageContaining(message)
                .hasMessageContaining("model.gguf");
    }
}
