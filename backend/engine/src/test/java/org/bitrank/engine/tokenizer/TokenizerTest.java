package org.bitrank.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenizerTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @ParameterizedTest
    @ValueSource(strings = {"llama2", "llama3", "mistral", "qwen3", "gpt-neox", "gpt2"})
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

    /** What lies beside the weights of these families on the hub, as far as it speaks of special tokens. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        // model type ; tokenizer_config.json ; config.json ; bos ; eos ; adds a BOS
        "gpt2     ; {\"model_max_length\": 1024} ; {\"bos_token_id\": 50256, \"eos_token_id\": 50256} ; <|endoftext|> ; <|endoftext|> ; false",
        "gpt_neox ; {\"add_bos_token\": false, \"bos_token\": \"<|endoftext|>\", \"eos_token\": \"<|endoftext|>\","
                + " \"tokenizer_class\": \"GPTNeoXTokenizer\"} ; {\"bos_token_id\": 0, \"eos_token_id\": 0} ; <|endoftext|> ; <|endoftext|> ; false",
        "opt      ; {\"add_bos_token\": true, \"bos_token\": {\"content\": \"</s>\"}, \"eos_token\": {\"content\": \"</s>\"},"
                + " \"tokenizer_class\": \"GPT2Tokenizer\"} ; {\"bos_token_id\": 2, \"eos_token_id\": 2} ; </s> ; </s> ; true",
        "bloom    ; {\"bos_token\": \"<s>\", \"eos_token\": \"</s>\", \"tokenizer_class\": \"BloomTokenizerFast\"}"
                + " ; {\"bos_token_id\": 1, \"eos_token_id\": 2} ; <s> ; </s> ; false",
        "phi3     ; {\"add_bos_token\": false, \"bos_token\": \"<s>\", \"eos_token\": \"<|endoftext|>\","
                + " \"tokenizer_class\": \"LlamaTokenizer\"} ; {\"bos_token_id\": 1, \"eos_token_id\": 32000} ; <s> ; <|endoftext|> ; false",
        "mixtral  ; {\"add_bos_token\": true, \"tokenizer_class\": \"LlamaTokenizer\"} ; {\"bos_token_id\": 1, \"eos_token_id\": 2} ; <s> ; </s> ; true",
        "qwen2    ; {\"bos_token\": null, \"eos_token\": \"<|endoftext|>\", \"tokenizer_class\": \"Qwen2Tokenizer\"}"
                + " ; {\"bos_token_id\": 1, \"eos_token_id\": 2} ; ; <|endoftext|> ; false",
    })
    void readsTheSpecialTokensOfTheFamilies(
            String type, String settings, String config, String bos, String eos, boolean addsBos, @TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), settings);
        Files.writeString(folder.resolve("config.json"), config.replace("{", "{\"model_type\": \"" + type + "\", "));
        Files.writeString(folder.resolve("vocab.json"),
                "{\"<s>\": 0, \"<pad>\": 1, \"</s>\": 2, \"<|endoftext|>\": 3, \"a\": 4, \"b\": 5, \"ab\": 6, \"\u0120\": 7}");
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b\n");
        try (var tokenizer = Tokenizer.of(folder)) {
            assertThat(text(tokenizer, tokenizer.bos())).isEqualTo(bos);
            assertThat(text(tokenizer, tokenizer.eos())).isEqualTo(eos);
            assertThat(tokenizer.encode("ab a" + eos)).containsExactly(6, 7, 4, tokenizer.eos().orElseThrow());
            int[] special = tokenizer.encodeWithSpecial("ab");
            assertThat(special).hasSize(addsBos ? 2 : 1).endsWith(6);
            assertThat(tokenizer.stopTokens()).contains(tokenizer.eos().orElseThrow());
        }
    }

    private static String text(Tokenizer tokenizer, OptionalInt token) {
        return token.isEmpty() ? null : tokenizer.decode(new int[] {token.getAsInt()}, false);
    }

    @Test
    void saysWhatIsWrongWithMerges(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0}");
        Files.writeString(folder.resolve("merges.txt"), "a b c\n");
        assertThatThrownBy(() -> Tokenizer.of(folder)).isInstanceOf(BitRankException.class).hasMessageContaining("'a b c'");
        Files.writeString(folder.resolve("vocab.json"), "{\"a\": \"b\"}");
        assertThatThrownBy(() -> Tokenizer.of(folder)).isInstanceOf(BitRankException.class).hasMessageContaining("vocab.json");
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
