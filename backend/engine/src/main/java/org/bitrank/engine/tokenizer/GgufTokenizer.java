package org.bitrank.engine.tokenizer;

import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Builds the tokenizer.json that a GGUF file's metadata describes. */
final class GgufTokenizer {
    private static final String PREFIX = "tokenizer.ggml.";

    private final Map<String, ?> metadata;

    private GgufTokenizer(Map<String, ?> metadata) {
        this.metadata = metadata;
    }

    static Tokenizer of(Map<String, ?> metadata) {
        try {
            return new GgufTokenizer(metadata).tokenizer();
        } catch (ClassCastException | IndexOutOfBoundsException e) {
            throw doNotFit(e);
        }
    }

    private static BitRankException doNotFit(RuntimeException cause) {
        return BitRankException.badInput("the GGUF file's tokenizer metadata do not fit together; the file is damaged", cause);
    }

    private Tokenizer tokenizer() {
        Integer eos = number("eos_token_id");
        var parsed = TokenizerJson.parse(json().toString().getBytes(StandardCharsets.UTF_8), "the GGUF file's tokenizer");
        var special = new SpecialTokens(number("bos_token_id"), eos, stopTokens(eos), addsBos());
        return new LibraryTokenizer(parsed, special, "the GGUF file's tokenizer");
    }

    /** The same as the files that a folder in Hugging Face layout would hold, by name. */
    static Map<String, ObjectNode> files(Map<String, ?> metadata) {
        try {
            var gguf = new GgufTokenizer(metadata);
            return Map.of("tokenizer.json", gguf.json(), "tokenizer_config.json", gguf.settings(), "generation_config.json", gguf.generation());
        } catch (ClassCastException | IndexOutOfBoundsException e) {
            throw doNotFit(e);
        }
    }

    private ObjectNode settings() {
        var settings = JsonMapper.shared().createObjectNode().put("tokenizer_class", "PreTrainedTokenizerFast");
        List<String> tokens = texts("tokens");
        new TreeMap<>(Map.of("bos_token", "bos", "eos_token", "eos", "unk_token", "unknown", "pad_token", "padding")).forEach((name, key) -> {
            Integer id = number(key + "_token_id");
            if (id != null && id >= 0 && id < tokens.size()) {
                settings.put(name, tokens.get(id));
            }
        });
        settings.put("add_bos_token", addsBos()).put("clean_up_tokenization_spaces", false);
        if (metadata.get("tokenizer.chat_template") instanceof String template) {
            settings.put("chat_template", template);
        }
        return settings;
    }

    private ObjectNode generation() {
        var generation = JsonMapper.shared().createObjectNode();
        Integer bos = number("bos_token_id");
        if (bos != null) {
            generation.put("bos_token_id", bos);
        }
        var stop = generation.putArray("eos_token_id");
        stopTokens(number("eos_token_id")).stream().sorted().forEach(stop::add);
        return generation;
    }

    private ObjectNode json() {
        return switch (text("model", "")) {
            case "gpt2" -> byteLevel();
            case "llama" -> sentencePiece(number("bos_token_id"));
            case "" -> throw BitRankException.badInput(
                    "the GGUF file has no tokenizer.ggml.model; convert the model again with its tokenizer");
            case String other -> throw BitRankException.unsupported("GGUF tokenizer model '" + other
                    + "' is not supported (gpt2 and llama are); use the model's Hugging Face folder instead");
        };
    }

    private ObjectNode byteLevel() {
        PreTokenizers words = preTokenizers();
        List<String> tokens = texts("tokens");
        var json = JsonMapper.shared().createObjectNode().put("version", "1.0");
        json.set("added_tokens", AddedTokens.of(tokens, numbers("token_type", tokens.size())));
        words.addTo(json);
        json.set("decoder", PreTokenizers.byteLevel(true));
        var model = json.putObject("model").put("type", "BPE").put("ignore_merges", words.ignoresMerges());
        var vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        var merges = model.putArray("merges");
        for (String merge : texts("merges")) {
            // Byte-level pieces hold no space, so the first one is the separator.
            int space = merge.indexOf(' ', 1);
            if (space < 0) {
                throw BitRankException.badInput("'" + merge + "' in tokenizer.ggml.merges is not a pair; the GGUF file is damaged");
            }
            merges.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
        }
        return json;
    }

    private ObjectNode sentencePiece(Integer bos) {
        List<String> tokens = texts("tokens");
        var pieces = new ScoredPieces(tokens, scores(tokens.size()), numbers("token_type", tokens.size()));
        return pieces.tokenizerJson(flag("add_space_prefix", true), addsBos() ? bos : null);
    }

    private PreTokenizers preTokenizers() {
        String name = text("pre", "gpt-2");
        return PreTokenizers.named(name).orElseThrow(() -> BitRankException.unsupported("GGUF pre-tokenizer '" + name
                + "' is not supported; use the model's Hugging Face folder, which has a tokenizer.json, instead"));
    }

    private boolean addsBos() {
        boolean usual = text("model", "").equals("llama") || preTokenizers().addsBos();
        return flag("add_bos_token", usual);
    }

    private Set<Integer> stopTokens(Integer eos) {
        var stop = new HashSet<Integer>();
        if (eos != null) {
            stop.add(eos);
        }
        Integer endOfTurn = number("eot_token_id");
        if (endOfTurn != null) {
            stop.add(endOfTurn);
        }
        return stop;
    }

    private String text(String key, String otherwise) {
        return metadata.get(PREFIX + key) instanceof String text ? text : otherwise;
    }

    private boolean flag(String key, boolean otherwise) {
        return metadata.get(PREFIX + key) instanceof Boolean flag ? flag : otherwise;
    }

    private Integer number(String key) {
        return metadata.get(PREFIX + key) instanceof Number number ? (Integer) number.intValue() : null;
    }

    private List<String> texts(String key) {
        var texts = new ArrayList<String>();
        for (Object text : list(key)) {
            texts.add((String) text);
        }
        return texts;
    }

    private int[] numbers(String key, int size) {
        List<Object> list = list(key);
        checkSize(key, list.size(), size);
        var numbers = new int[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = ((Number) list.get(i)).intValue();
        }
        return numbers;
    }

    private float[] scores(int size) {
        List<Object> list = list("scores");
        checkSize("scores", list.size(), size);
        var scores = new float[size];
        for (int i = 0; i < size; i++) {
            scores[i] = ((Number) list.get(i)).floatValue();
        }
        return scores;
    }

    private static void checkSize(String key, int found, int wanted) {
        if (found != wanted) {
            throw BitRankException.badInput("tokenizer.ggml.%s has %d entries for %d tokens; the GGUF file is damaged"
                    .formatted(key, found, wanted));
        }
    }

    private List<Object> list(String key) {
        Object value = metadata.get(PREFIX + key);
        var list = new ArrayList<Object>();
        switch (value) {
            case List<?> values -> list.addAll(values);
            case null -> throw BitRankException.badInput(
                    "the GGUF file has no tokenizer.ggml." + key + "; convert the model again with its tokenizer");
            default -> {
                if (!value.getClass().isArray()) {
                    throw BitRankException.badInput("tokenizer.ggml." + key + " is not a list; the GGUF file is damaged");
                }
                for (int i = 0; i < Array.getLength(value); i++) {
                    list.add(Array.get(value, i));
                }
            }
        }
        return list;
    }
}
