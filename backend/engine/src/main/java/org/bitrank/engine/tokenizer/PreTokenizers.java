package org.bitrank.engine.tokenizer;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What GGUF's {@code tokenizer.ggml.pre} stands for: how a text is cut into words before byte-level BPE works on each. The
 * names are llama.cpp's; the rules are those of the families' own tokenizer.json.
 */
enum PreTokenizers {
    /** GPT-2's expression. */
    GPT2(null, false, false, false),
    /** Every digit alone, then GPT-2's expression. */
    DIGITS(null, true, false, false),
    LLAMA3(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            false,
            false,
            true),
    QWEN2(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            false,
            true,
            false);

    private final String expression;
    private final boolean singleDigits;
    private final boolean composed;
    private final boolean ignoresMerges;

    PreTokenizers(String expression, boolean singleDigits, boolean composed, boolean ignoresMerges) {
        this.expression = expression;
        this.singleDigits = singleDigits;
        this.composed = composed;
        this.ignoresMerges = ignoresMerges;
    }

    static Optional<PreTokenizers> named(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "gpt-2", "gpt2", "olmo", "mpt", "phi-2", "roberta-bpe", "jina-v2-code" -> GPT2;
                    case "smollm", "starcoder", "refact", "codeshell", "command-r" -> DIGITS;
                    case "llama-bpe", "llama3", "llama-v3", "smaug-bpe", "falcon3", "dbrx" -> LLAMA3;
                    case "qwen2", "deepseek-r1-qwen" -> QWEN2;
                    default -> null;
                });
    }

    /** The rule of a tokenizer.json's {@code pre_tokenizer}; empty where it is none of these. */
    static Optional<PreTokenizers> of(JsonNode described) {
        JsonNode steps = described.path("type").asString("").equals("Sequence") ? described.path("pretokenizers") : null;
        boolean digits = false;
        boolean ownExpression = false;
        String split = null;
        for (JsonNode step : steps == null ? List.of(described) : steps.values()) {
            switch (step.path("type").asString("")) {
                case "Digits" -> digits = step.path("individual_digits").asBoolean(false);
                case "Split" -> split = step.path("pattern").path("Regex").asString("");
                case "ByteLevel" -> ownExpression = step.path("use_regex").asBoolean(true);
                default -> {
                    return Optional.empty();
                }
            }
        }
        for (PreTokenizers known : values()) {
            if (known.singleDigits == digits && Objects.equals(known.expression, split) && ownExpression == (split == null)) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    /** llama.cpp's name of it; the first of those that {@link #named} knows. */
    String ggufName() {
        return switch (this) {
            case GPT2 -> "gpt-2";
            case DIGITS -> "smollm";
            case LLAMA3 -> "llama-bpe";
            case QWEN2 -> "qwen2";
        };
    }

    boolean ignoresMerges() {
        return ignoresMerges;
    }

    /** LLaMA 3 puts a BOS in front unless told otherwise; the other byte-level families do not. */
    boolean addsBos() {
        return this == LLAMA3;
    }

    void addTo(ObjectNode tokenizer) {
        if (composed) {
            tokenizer.putObject("normalizer").put("type", "NFC");
        }
        ArrayNode steps = tokenizer.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        if (singleDigits) {
            steps.addObject().put("type", "Digits").put("individual_digits", true);
        }
        if (expression != null) {
            var split = steps.addObject().put("type", "Split").put("behavior", "Isolated").put("invert", false);
            split.putObject("pattern").put("Regex", expression);
        }
        steps.add(byteLevel(expression == null));
    }

    static ObjectNode byteLevel(boolean useExpression) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", useExpression);
    }
}
