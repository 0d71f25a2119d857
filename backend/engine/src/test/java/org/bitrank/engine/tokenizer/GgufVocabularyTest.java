package org.bitrank.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Public tokenizers told in GGUF's metadata cut text as their own files do. */
class GgufVocabularyTest {
    private static final List<String> TEXTS = List.of(
            "Hello, world!",
            "  Two spaces, a\ttab,\n\nlines and 12345 numbers: 3.14159.",
            "Ünïcödé, 你好世界, 🙂 and don't we'll I'M",
            "def f(x):\n    return x**2  # comment");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"llama2-tokenizer, 32000, llama, default", "mistral-tokenizer, 32000, llama, default", "llama3-tokenizer, 128256, gpt2, llama-bpe",
        "qwen3-tokenizer, 151936, gpt2, qwen2", "smollm2-135m-instruct, 49152, gpt2, smollm"})
    void textIsCutAsByTheTokenizersOwnFiles(String name, int size, String model, String pre) throws Exception {
        Path source = SharedFiles.path("models/" + name);
        for (String file : List.of("tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "generation_config.json")) {
            if (Files.exists(source.resolve(file))) {
                Files.write(folder.resolve(file), Files.readAllBytes(source.resolve(file)));
            }
        }
        try (Checkpoint checkpoint = checkpoint(size); Tokenizer own = Tokenizer.of(checkpoint)) {
            Map<String, Object> metadata = GgufVocabulary.of(checkpoint);
            assertThat(metadata).containsEntry("tokenizer.ggml.model", model).containsEntry("tokenizer.ggml.pre", pre);
            assertThat((String[]) metadata.get("tokenizer.ggml.tokens")).hasSize(size).doesNotContainNull();
            try (Tokenizer told = Tokenizer.ofGguf(metadata)) {
                for (String text : TEXTS) {
                    assertThat(told.encodeWithSpecial(text)).as(text).isEqualTo(own.encodeWithSpecial(text));
                }
                assertThat(told.bos()).isEqualTo(own.bos());
                assertThat(told.eos()).isEqualTo(own.eos());
            }
        }
    }

    @Test
    void wordsThatLlamaCppWouldCutOtherwiseAreRefused() throws Exception {
        Files.writeString(folder.resolve("tokenizer.json"), """
                {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "Whitespace"},
                 "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]}}""");
        try (Checkpoint checkpoint = checkpoint(3)) {
            assertThatThrownBy(() -> GgufVocabulary.of(checkpoint)).isInstanceOf(BitRankException.class).hasMessageContaining("pre-tokenizer");
        }
    }

    @Test
    void aModelWithoutTokenizerSaysSo() throws Exception {
        try (Checkpoint checkpoint = checkpoint(3)) {
            assertThat(GgufVocabulary.of(checkpoint)).containsExactly(Map.entry("tokenizer.ggml.model", "none"));
        }
    }

    private Checkpoint checkpoint(int vocabulary) throws Exception {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"llama\", \"vocab_size\": " + vocabulary + "}");
        try (var writer = SafetensorsWriter.create(folder.resolve("model.safetensors"))) {
            writer.put("model.norm.weight", DType.FLOAT32, List.of(1), MemorySegment.ofArray(new float[1]));
            writer.finish();
        }
        return Checkpoint.open(folder);
    }
}
