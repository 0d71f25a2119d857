package org.bitrank.engine.tokenizer;

import java.util.LinkedHashSet;
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
    SpecialTokens {
        stop = Set.copyOf(stop);
    }

    /**
     * The tokenizer's own settings decide. The model's settings only fill in where there are none: a tokenizer that says
     * "no BOS" (Qwen) has none, though the model's config names an id.
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
        Integer bos = ownSettings
                ? named("bos_token", tokenizerConfig, specialTokensMap, idOf)
                : numbers("bos_token_id", config).findFirst().orElse(null);
        Integer eos = ownSettings
                ? named("eos_token", tokenizerConfig, specialTokensMap, idOf)
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

    private static Integer named(
            String name,
            Optional<? extends JsonNode> tokenizerConfig,
            Optional<? extends JsonNode> specialTokensMap,
            Function<String, Integer> idOf) {
        return Stream.of(tokenizerConfig, specialTokensMap)
                .flatMap(Optional::stream)
                .map(settings -> settings.path(name))
                .map(token -> token.isObject() ? token.path("content") : token)
                .filter(JsonNode::isString)
                .findFirst()
                .map(token -> idOf.apply(token.stringValue()))
                .orElse(null);
    }

    private static Stream<Integer> numbers(String name, Optional<? extends JsonNode> settings) {
        JsonNode node = settings.map(found -> found.path(name)).orElse(null);
        if (node == null) {
            return Stream.empty();
        }
        return (node.isArray() ? node.valueStream() : Stream.of(node)).filter(JsonNode::isInt).map(JsonNode::intValue);
    }
}
