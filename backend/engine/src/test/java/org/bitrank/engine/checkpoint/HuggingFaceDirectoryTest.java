package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bitrank.engine.SharedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HuggingFaceDirectoryTest {
    static Stream<Path> checkpoints() throws IOException {
        try (var folders = Files.list(SharedFiles.path("fixtures/hf/llm"))) {
            return folders.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyTensorOfEveryCheckpointCanBeRead(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            for (String name : checkpoint.weights().names()) {
                TensorInfo info = checkpoint.weights().info(name);
                assertThat(checkpoint.weights().read(name).toFloats()).as(name).hasSize(info.rows() * info.columns());
            }
            assertThat(checkpoint.config().path("model_type").asString("")).isNotEmpty();
        }
    }

    @Test
    void shardsAreOneCheckpoint() {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path("fixtures/hf/llm/llama-bias-headdim-sharded-f16"))) {
            assertThat(checkpoint.weightFiles()).hasSize(5);
            assertThat(checkpoint.weights().names()).contains("model.embed_tokens.weight", "model.norm.weight", "lm_head.weight");
        }
    }

    @Test
    void tiedEmbeddingsLeaveTheHeadOut() {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path("fixtures/hf/llm/llama31-gqa-tied-bf16"))) {
            assertThat(checkpoint.weights().contains("lm_head.weight")).isFalse();
            assertThat(checkpoint.config().path("tie_word_embeddings").asBoolean()).isTrue();
        }
    }
}
