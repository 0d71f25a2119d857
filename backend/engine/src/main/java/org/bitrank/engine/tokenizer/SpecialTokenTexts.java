package org.bitrank.engine.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.gguf.GgufMetadata;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The texts of a model's special tokens, under the names that chat templates use. */
final class SpecialTokenTexts {
    private static final List<String> NAMES = List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token");

    private SpecialTokenTexts() {}

    static Map<String, String> of(Checkpoint checkpoint) {
        var texts = new HashMap<String, String>();
        checkpoint.ggufMetadata().ifPresent(metadata -> addGguf(texts, metadata));
        checkpoint.file("special_tokens_map.json").ifPresent(file -> add(texts, read(file)));
        checkpoint.tokenizerConfig().ifPresent(config -> add(texts, config));
        return texts;
    }

    private static void add(Map<String, String> texts, JsonNode settings) {
        for (String name : NAMES) {
            JsonNode token = settings.path(name);
            JsonNode text = token.isObject() ? token.path("content") : token;
            if (text.isString()) {
                texts.put(name, text.stringValue());
            }
        }
    }

    private static void addGguf(Map<String, String> texts, GgufMetadata metadata) {
        List<String> tokens = metadata.strings("tokenizer.ggml.tokens").orElse(List.of());
        Map.of("bos_token", "bos", "eos_token", "eos", "unk_token", "unknown", "pad_token", "padding")
                .forEach((name, key) -> metadata.integer("tokenizer.ggml." + key + "_token_id").ifPresent(id -> {
                    if (id >= 0 && id < tokens.size()) {
                        texts.put(name, tokens.get((int) id));
                    }
                }));
    }

    private static JsonNode read(Path file) {
        try {
            return JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
