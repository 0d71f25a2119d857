package org.bitrank.engine.tokenizer;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What the files beside a tokenizer say of its special tokens.
 *
 * @param bos beginning of a text, or null
 * @param eos end of a text, or null
 * @param stop tokens that end generation
 * @param addBos whether to put BOS in front, or null to leave that to the tokenizer's post-processor
 */
record SpecialTokens(Integer bos, Integer eos, Set<Integer> stop, Boolean addBos) {
    private static final List<String> NAMES = List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token");

    SpecialTokens {
        stop = Set.copyOf(stop);
    }

    /**
     * The tokenizer's own settings decide. The model's settings only fill in where there are none: a tokenizer that says
     * "no BOS" (Qwen) has none, though the model's config names an id. One that does not mention them has those of its class.
     *
     * @param idOf the id of a token's text, or null
     */
    static SpecialTokens of(
            Optional<? extends JsonNode> tokenizerConfig,
            Optional<? extends JsonNode> specialTokensMap,
            Optional<? extends JsonNode> config,
            Optional<? extends JsonNode> generationConfig,
            Function<String, Integer> idOf) {
        boolean ownSettings = tokenizerConfig.isPresent() || specialTokensMap.isPresent();
        TokenizerClass usual = TokenizerClass.of(tokenizerConfig, config);
        Integer bos = ownSettings
                ? named("bos_token", usual.bos(), tokenizerConfig, specialTokensMap, idOf)
                : numbers("bos_token_id", config).findFirst().orElse(null);
        Integer eos = ownSettings
                ? named("eos_token", usual.eos(), tokenizerConfig, specialTokensMap, idOf)
                : numbers("eos_token_id", config).findFirst().orElse(null);
        var stop = new LinkedHashSet<Integer>();
        if (eos != null) {
            stop.add(eos);
        }
        numbers("eos_token_id", generationConfig.isPresent() ? generationConfig : config).forEach(stop::add);
        Boolean addBos = tokenizerConfig
                .map(settings -> settings.path("add_bos_token"))
                .filter(JsonNode::isBoolean)
                .map(JsonNode::booleanValue)
                .orElse(null);
        return new SpecialTokens(bos, eos, stop, addBos);
    }

    /** @param usual the text where no settings mention the token, be it to say that there is none; or null */
    private static Integer named(
            String name,
            String usual,
            Optional<? extends JsonNode> tokenizerConfig,
            Optional<? extends JsonNode> specialTokensMap,
            Function<String, Integer> idOf) {
        boolean mentioned = Stream.of(tokenizerConfig, specialTokensMap).flatMap(Optional::stream).anyMatch(settings -> settings.has(name));
        if (!mentioned) {
            return usual == null ? null : idOf.apply(usual);
        }
        return Stream.of(tokenizerConfig, specialTokensMap)
                .flatMap(Optional::stream)
                .map(settings -> text(settings.path(name)))
                .filter(Objects::nonNull)
                .findFirst()
                .map(idOf)
                .orElse(null);
    }

    /** A token stands in the settings as its text, or with more said of it. */
    private static String text(JsonNode token) {
        JsonNode content = token.isObject() ? token.path("content") : token;
        return content.isString() ? content.stringValue() : null;
    }

    /** The texts of all special tokens that settings mention. */
    static Set<String> texts(Optional<? extends JsonNode> tokenizerConfig, Optional<? extends JsonNode> specialTokensMap) {
        var texts = new LinkedHashSet<String>();
        Stream.of(tokenizerConfig, specialTokensMap).flatMap(Optional::stream).forEach(settings -> {
            NAMES.forEach(name -> texts.add(text(settings.path(name))));
            settings.path("additional_special_tokens").valueStream().map(SpecialTokens::text).forEach(texts::add);
            settings.path("added_tokens_decoder").valueStream()
                    .filter(token -> token.path("special").asBoolean(false))
                    .map(SpecialTokens::text)
                    .forEach(texts::add);
        });
        texts.remove(null);
        return texts;
    }

    private static Stream<Integer> numbers(String name, Optional<? extends JsonNode> settings) {
        JsonNode node = settings.map(found -> found.path(name)).orElse(null);
        if (node == null) {
            return Stream.empty();
        }
        return (node.isArray() ? node.valueStream() : Stream.of(node)).filter(JsonNode::isInt).map(JsonNode::intValue);
    }
}
