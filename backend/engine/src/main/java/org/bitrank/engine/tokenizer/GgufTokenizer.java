package org.bitrank.engine.tokenizer;

import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
            throw BitRankException.badInput("the GGUF file's tokenizer metadata do not fit together; the file is damaged", e);
        }
    }

    private Tokenizer tokenizer() {
        Integer bos = number("bos_token_id");
        Integer eos = number("eos_token_id");
        ObjectNode json =
                switch (text("model", "")) {
                    case "gpt2" -> byteLevel();
                    case "llama" -> sentencePiece(bos);
                    case "" -> throw BitRankException.badInput(
                            "the GGUF file has no tokenizer.ggml.model; convert the model again with its tokenizer");
                    case String other -> throw BitRankException.unsupported("GGUF tokenizer model '" + other
                            + "' is not supported (gpt2 and llama are); use the model's Hugging Face folder instead");
                };
        var parsed = TokenizerJson.parse(json.toString().getBytes(StandardCharsets.UTF_8), "the GGUF file's tokenizer");
        var special = new SpecialTokens(bos, eos, stopTokens(eos), addsBos());
        return new LibraryTokenizer(parsed, special, "the GGUF file's tokenizer");
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
