package org.bitrank.engine.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Checksums;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** SmolLM2-135M-Instruct, read straight from its GGUF file (Q4_1, Q8_0 and F32). */
class GgufCheckpointTest {
    private static final String FOLDER = "models/smollm2-135m-instruct";
    private static final String FILE = FOLDER + "/SmolLM2-135M-Instruct.Q4_1.gguf";
    /** Of the float16 checkpoint that gguf-py, numpy and the safetensors library make of the same file. */
    private static final String PUBLISHED_SHA256 = "d8d8571b3af99053c8ad455ce009d8479eec5da515f80a417c075d0a7f317904";

    @Test
    void everyTensorEqualsThatOfThePublishedConversion(@TempDir Path folder) {
        Path file = folder.resolve("model.safetensors");
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path(FILE)); SafetensorsWriter writer = SafetensorsWriter.create(file)) {
            for (String name : checkpoint.weights().names()) {
                TensorInfo info = checkpoint.weights().info(name);
                float[] values = checkpoint.weights().read(name).toFloats();
                DenseWeight rounded = DenseWeight.of(values, info.rows(), info.columns(), DType.FLOAT16);
                assertThat(values).as(name + " needs no rounding").isEqualTo(rounded.toFloats());
                writer.put(name, DType.FLOAT16, info.shape(), rounded.data());
            }
            writer.finish();
        }
        assertThat(Checksums.sha256(file)).isEqualTo(PUBLISHED_SHA256);
    }

    @Test
    void theConfigurationSaysWhatTheHuggingFaceOneSays() {
        ObjectNode expected = Json.readObject(SharedFiles.path(FOLDER + "/config.json")).orElseThrow();
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path(FILE))) {
            ObjectNode config = checkpoint.config();
            for (String key : List.of("architectures", "attention_bias", "bos_token_id", "eos_token_id", "head_dim", "hidden_act", "hidden_size",
                    "intermediate_size", "max_position_embeddings", "mlp_bias", "model_type", "num_attention_heads", "num_hidden_layers",
                    "num_key_value_heads", "tie_word_embeddings", "torch_dtype", "vocab_size")) {
                assertThat(config.path(key)).as(key).isEqualTo(expected.path(key));
            }
            assertThat(config.path("rope_theta").asDouble()).isEqualTo(100_000);
            assertThat(config.path("rms_norm_eps").asDouble()).isEqualTo(1e-5);
        }
    }

    @Test
    void aFolderWithOneGgufFileIsACheckpointWithItsTokenizerFiles() {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path(FOLDER))) {
            assertThat(checkpoint.format()).isEqualTo("gguf");
            assertThat(checkpoint.tokenizerJson()).isPresent();
            assertThat(checkpoint.config().path("pretraining_tp").asInt()).isEqualTo(1);
        }
    }

    @Test
    void theMetadataHoldsTheTokenizer() {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path(FILE))) {
            GgufMetadata metadata = checkpoint.ggufMetadata().orElseThrow();
            assertThat(metadata.strings("tokenizer.ggml.tokens").orElseThrow()).hasSize(49152).startsWith("<|endoftext|>", "<|im_start|>");
            assertThat(metadata.integer("tokenizer.ggml.eos_token_id")).hasValue(2);
            assertThat(checkpoint.chatTemplate()).isPresent();
        }
    }

    @Test
    void theBytesOfABlockAreCountedByWhatTheyHold() {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path(FILE))) {
            TensorInfo info = checkpoint.weights().info("model.layers.0.mlp.down_proj.weight");
            long blocks = 576 * 1536 / 32;
            assertThat(info.stored()).isEqualTo(new StoredBytes(0, blocks * 16, blocks * 2, blocks * 2, 0, 0));
            assertThat(checkpoint.weights().read(info.name())).extracting("dtype").isEqualTo(DType.FLOAT16);
        }
    }
}
