package org.bitrank.engine.tokenizer;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The special tokens that a class of tokenizers in transformers has where its settings do not mention them, as those of GPT-2
 * on the hub do not.
 *
 * @param bos null for none
 * @param eos null for none
 */
record TokenizerClass(String bos, String eos) {
    private static final TokenizerClass NONE = new TokenizerClass(null, null);
    static final TokenizerClass GPT2 = new TokenizerClass("<|endoftext|>", "<|endoftext|>");
    private static final TokenizerClass SENTENCES = new TokenizerClass("<s>", "</s>");

    /** By the class that the tokenizer's settings name, else by the kind of model that it lies beside. */
    static TokenizerClass of(Optional<? extends JsonNode> tokenizerConfig, Optional<? extends JsonNode> config) {
        String name = tokenizerConfig.map(settings -> settings.path("tokenizer_class").asString("")).orElse("");
        if (!name.isEmpty()) {
            return switch (name.replaceFirst("Fast$", "")) {
                case "GPT2Tokenizer", "GPTNeoXTokenizer" -> GPT2;
                case "BloomTokenizer", "LlamaTokenizer", "CodeLlamaTokenizer" -> SENTENCES;
                default -> NONE;
            };
        }
        return switch (config.map(settings -> settings.path("model_type").asString("")).orElse("")) {
            case "gpt2", "gpt_neox" -> GPT2;
            case "bloom", "llama", "mistral", "mixtral", "phi3" -> SENTENCES;
            default -> NONE;
        };
    }

    Set<String> texts() {
        return Stream.of(bos, eos).filter(Objects::nonNull).collect(Collectors.toSet());
    }
}
