package org.bitrank.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenizerTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @ParameterizedTest
    @ValueSource(strings = {"llama2", "llama3", "mistral", "qwen3", "gpt-neox"})
    void givesTheIdsAndTextsOfTheStandardTools(String name) throws IOException {
        Path fixture = SharedFiles.path("fixtures/hf/tokenizers/" + name + ".jsonl");
        try (var tokenizer = Tokenizer.of(SharedFiles.path("models/" + name + "-tokenizer"))) {
            for (String line : Files.readAllLines(fixture)) {
                JsonNode row = JSON.readTree(line);
                String text = row.get("text").stringValue();
                int[] special = ids(row.get("ids_special"));
                assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids(row.get("ids")));
                assertThat(tokenizer.encodeWithSpecial(text)).as(text).isEqualTo(special);
                assertThat(tokenizer.decode(ids(row.get("ids")), false)).isEqualTo(row.get("decoded").stringValue());
                assertThat(tokenizer.decode(special, true)).isEqualTo(row.get("decoded_skip_special").stringValue());
            }
        }
    }

    @Test
    void encodesSmolLmAsTransformersDoes() throws IOException {
        try (var tokenizer = Tokenizer.of(SharedFiles.path("models/smollm2-135m-instruct"))) {
            assertSmolLm(tokenizer);
        }
    }

    @Test
    void buildsTheSameTokenizerFromGgufMetadata() throws IOException {
        Path file = SharedFiles.path("models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
        try (var checkpoint = Checkpoint.open(file);
                var tokenizer = Tokenizer.of(checkpoint)) {
            assertSmolLm(tokenizer);
        }
    }

    private static void assertSmolLm(Tokenizer tokenizer) throws IOException {
        JsonNode cases = JSON.readTree(Files.readString(SharedFiles.path("golden/smollm2-135m/tokens.json"))).get("cases");
        assertThat(cases).isNotEmpty();
        for (JsonNode row : cases) {
            String text = row.get("text").stringValue();
            assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids(row.get("ids")));
            assertThat(tokenizer.decode(ids(row.get("ids")), false)).isEqualTo(row.get("decoded").stringValue());
        }
        assertThat(tokenizer.addsBos()).isFalse();
        assertThat(tokenizer.bos()).hasValue(1);
        assertThat(tokenizer.eos()).hasValue(2);
        assertThat(tokenizer.prefixToken()).isEqualTo(1);
        assertThat(tokenizer.stopTokens()).containsExactly(2);
        assertThat(tokenizer.vocabularySize()).isEqualTo(49152);
    }

    @Test
    void doesNotCutLongTexts() throws IOException {
        String text = Files.readString(SharedFiles.path("benchmarks/wikitext2/wikitext2.test.hf-joined.txt"));
        try (var tokenizer = Tokenizer.of(SharedFiles.path("models/smollm2-135m-instruct"))) {
            assertThat(tokenizer.encode(text)).hasSize(304_978);
        }
    }

    @Test
    void usesEosForAnEmptyContextWhereThereIsNoBos() {
        try (var tokenizer = Tokenizer.of(SharedFiles.path("models/qwen3-tokenizer"))) {
            assertThat(tokenizer.bos()).isEmpty();
            assertThat(tokenizer.prefixToken()).isEqualTo(tokenizer.eos().orElseThrow()).isEqualTo(151645);
        }
    }

    @Test
    void knowsWhoAddsBos() {
        try (var mistral = Tokenizer.of(SharedFiles.path("models/mistral-tokenizer"));
                var llama3 = Tokenizer.of(SharedFiles.path("models/llama3-tokenizer"))) {
            assertThat(mistral.addsBos()).isTrue();
            assertThat(llama3.addsBos()).isFalse();
            assertThat(llama3.prefixToken()).isEqualTo(128000);
        }
    }

    @Test
    void saysWhatIsWrongWithADamagedFile(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> Tokenizer.of(folder)).isInstanceOf(BitRankException.class).hasMessageContaining("no tokenizer.json");
        Path file = folder.resolve("tokenizer.json");
        for (String content : new String[] {"", "[]", "{\"model\":", "{}", "{\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[\"a b\"]}}"}) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> Tokenizer.of(folder))
                    .as(content)
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining(file.toString());
        }
        Files.delete(file);
        Files.write(folder.resolve("tokenizer.model"), new byte[] {10, 99, 1});
        assertThatThrownBy(() -> Tokenizer.of(folder)).isInstanceOf(BitRankException.class).hasMessageContaining("SentencePiece");
    }

    private static int[] ids(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::intValue).toArray();
    }
}
