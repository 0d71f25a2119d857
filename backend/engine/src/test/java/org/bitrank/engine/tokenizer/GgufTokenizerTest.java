package org.bitrank.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.SharedFiles;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Vocabularies in the shape in which GGUF files carry them must give the ids of the files that they were made from. */
class GgufTokenizerTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void buildsSentencePieceVocabularies() throws IOException {
        ScoredPieces pieces = SentencePieceModel.read(SharedFiles.path("models/llama2-tokenizer/tokenizer.model")).pieces();
        var metadata = new HashMap<String, Object>();
        metadata.put("tokenizer.ggml.model", "llama");
        metadata.put("tokenizer.ggml.tokens", pieces.pieces());
        metadata.put("tokenizer.ggml.scores", pieces.scores());
        metadata.put("tokenizer.ggml.token_type", pieces.types());
        metadata.put("tokenizer.ggml.bos_token_id", 1L);
        metadata.put("tokenizer.ggml.eos_token_id", 2L);
        try (var tokenizer = Tokenizer.ofGguf(metadata)) {
            assertFixture(tokenizer, "llama2", true);
            assertThat(tokenizer.addsBos()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"llama3, llama-bpe, 128000, true", "qwen3, qwen2, , false"})
    void buildsByteLevelVocabularies(String name, String words, Long bos, boolean addsBos) throws IOException {
        var metadata = metadata(JSON.readTree(Files.readString(SharedFiles.path("models/" + name + "-tokenizer/tokenizer.json"))));
        metadata.put("tokenizer.ggml.pre", words);
        if (bos != null) {
            metadata.put("tokenizer.ggml.bos_token_id", bos);
        }
        try (var tokenizer = Tokenizer.ofGguf(metadata)) {
            assertFixture(tokenizer, name, false);
            int[] special = tokenizer.encodeWithSpecial("a");
            assertThat(special).hasSize(addsBos ? 2 : 1);
        }
    }

    private static Map<String, Object> metadata(JsonNode json) {
        var tokens = new String[json.get("model").get("vocab").size() + json.get("added_tokens").size()];
        var types = new long[tokens.length];
        Arrays.fill(types, 1);
        json.get("model").get("vocab").propertyStream().forEach(entry -> tokens[entry.getValue().intValue()] = entry.getKey());
        for (JsonNode added : json.get("added_tokens")) {
            tokens[added.get("id").intValue()] = added.get("content").stringValue();
            types[added.get("id").intValue()] = added.get("special").booleanValue() ? 3 : 4;
        }
        int size = (int) Arrays.stream(tokens).filter(token -> token != null).count();
        var merges = json.get("model").get("merges").valueStream()
                .map(merge -> merge.isString() ? merge.stringValue() : merge.get(0).stringValue() + " " + merge.get(1).stringValue())
                .toList();
        var metadata = new HashMap<String, Object>();
        metadata.put("tokenizer.ggml.model", "gpt2");
        metadata.put("tokenizer.ggml.tokens", Arrays.copyOf(tokens, size));
        metadata.put("tokenizer.ggml.token_type", Arrays.copyOf(types, size));
        metadata.put("tokenizer.ggml.merges", merges);
        return metadata;
    }

    private static void assertFixture(Tokenizer tokenizer, String name, boolean withSpecial) throws IOException {
        for (String line : Files.readAllLines(SharedFiles.path("fixtures/hf/tokenizers/" + name + ".jsonl"))) {
            JsonNode row = JSON.readTree(line);
            String text = row.get("text").stringValue();
            assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids(row.get("ids")));
            assertThat(tokenizer.decode(ids(row.get("ids")), false)).isEqualTo(row.get("decoded").stringValue());
            if (withSpecial) {
                assertThat(tokenizer.encodeWithSpecial(text)).as(text).isEqualTo(ids(row.get("ids_special")));
            }
        }
    }

    private static int[] ids(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        Map<String, Object> metadata = new HashMap<>(Map.of("tokenizer.ggml.model", "bert"));
        assertRefused(metadata, FailureClass.UNSUPPORTED, "'bert'");
        metadata.put("tokenizer.ggml.model", "gpt2");
        metadata.put("tokenizer.ggml.pre", "martian");
        assertRefused(metadata, FailureClass.UNSUPPORTED, "'martian'");
        metadata.put("tokenizer.ggml.pre", "gpt-2");
        assertRefused(metadata, FailureClass.BAD_INPUT, "no tokenizer.ggml.tokens");
        metadata.put("tokenizer.ggml.tokens", List.of("a", "b"));
        metadata.put("tokenizer.ggml.token_type", new long[] {1});
        assertRefused(metadata, FailureClass.BAD_INPUT, "1 entries for 2 tokens");
        metadata.put("tokenizer.ggml.tokens", List.of("a", 2L));
        assertRefused(metadata, FailureClass.BAD_INPUT, "do not fit together");
        assertRefused(Map.of(), FailureClass.BAD_INPUT, "no tokenizer.ggml.model");
    }

    private static void assertRefused(Map<String, Object> metadata, FailureClass failure, String message) {
        assertThatThrownBy(() -> Tokenizer.ofGguf(metadata))
                .isInstanceOfSatisfying(BitRankException.class, e -> assertThat(e.failureClass()).isEqualTo(failure))
                .hasMessageContaining(message);
    }
}
