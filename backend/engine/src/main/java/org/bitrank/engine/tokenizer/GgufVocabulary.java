package org.bitrank.engine.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokenizer of a checkpoint in GGUF's metadata, as llama.cpp loads it; the other way round is {@link GgufTokenizer}. Values are
 * texts, Integer, Boolean, and arrays of texts, float and int.
 */
public final class GgufVocabulary {
    /** llama.cpp's name for no tokenizer. */
    static final String NONE = "none";

    private static final String PREFIX = "tokenizer.ggml.";
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;
    private static final int BYTE = 6;
    /** Worse than the score of any merge. */
    private static final float NEVER = -1_000_000;

    private final Checkpoint checkpoint;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final String[] tokens;
    private final int[] types;

    private GgufVocabulary(Checkpoint checkpoint, int size) {
        this.checkpoint = checkpoint;
        this.tokens = new String[size];
        this.types = new int[size];
        for (int id = 0; id < size; id++) {
            tokens[id] = "[PAD" + id + "]";
            types[id] = UNUSED;
        }
    }

    /**
     * What a GGUF file of this model is to say; {@code tokenizer.ggml.model = none} for a checkpoint without tokenizer.
     *
     * @throws BitRankException of class UNSUPPORTED when llama.cpp has no such tokenizer
     */
    public static Map<String, Object> of(Checkpoint checkpoint) {
        if (checkpoint.ggufMetadata().filter(metadata -> metadata.has(PREFIX + "model")).isPresent()) {
            return copied(checkpoint.ggufMetadata().get().values());
        }
        var vocabulary = new GgufVocabulary(checkpoint, checkpoint.config().path("vocab_size").asInt(0));
        return vocabulary.build();
    }

    /** Of a model that came as GGUF: word for word. */
    private static Map<String, Object> copied(Map<String, Object> metadata) {
        var copied = new LinkedHashMap<String, Object>();
        metadata.forEach((key, value) -> {
            if (key.startsWith("tokenizer.")) {
                copied.put(key, switch (value) {
                    // Unsigned: "no such token" may be 2^32 - 1.
                    case Long number -> number.intValue();
                    case Double number -> number.floatValue();
                    case long[] numbers -> Arrays.stream(numbers).mapToInt(Math::toIntExact).toArray();
                    case double[] numbers -> floats(numbers);
                    default -> value;
                });
            }
        });
        return copied;
    }

    private static float[] floats(double[] numbers) {
        var floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }

    private Map<String, Object> build() {
        Optional<Path> pieces = checkpoint.file("tokenizer.model");
        Optional<Path> json = checkpoint.tokenizerJson();
        if (pieces.isPresent()) {
            scored(pieces.get(), json.map(GgufVocabulary::read));
        } else if (json.isPresent()) {
            JsonNode tokenizer = read(json.get());
            if (tokenizer.path("model").path("byte_fallback").asBoolean(false)) {
                merged(tokenizer);
            } else {
                byteLevel(tokenizer);
            }
        } else if (checkpoint.file("vocab.json").isPresent()) {
            throw BitRankException.unsupported(checkpoint.path() + " has its tokenizer in vocab.json only; GGUF is made from tokenizer.json or tokenizer.model:"
                    + " save the tokenizer with transformers first (AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR))");
        } else {
            values.put(PREFIX + "model", NONE);
            return values;
        }
        specials();
        checkpoint.chatTemplate().ifPresent(template -> values.put("tokenizer.chat_template", template));
        return values;
    }

    private void byteLevel(JsonNode tokenizer) {
        PreTokenizers words = PreTokenizers.of(tokenizer.path("pre_tokenizer")).orElseThrow(() -> BitRankException.unsupported(
                "GGUF has no name for the pre-tokenizer in %s, so llama.cpp would cut text differently; choose another format".formatted(source())));
        values.put(PREFIX + "model", "gpt2");
        values.put(PREFIX + "pre", words.ggufName());
        vocabulary(tokenizer.path("model").path("vocab"));
        added(tokenizer);
        values.put(PREFIX + "tokens", tokens);
        values.put(PREFIX + "token_type", types);
        values.put(PREFIX + "merges", merges(tokenizer));
    }

    /** SentencePiece itself: pieces, scores and types as they are. */
    private void scored(Path file, Optional<JsonNode> tokenizer) {
        ScoredPieces pieces;
        try {
            pieces = SentencePieceModel.read(file).pieces();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var scores = new float[tokens.length];
        Arrays.fill(scores, NEVER);
        for (int id = 0; id < pieces.pieces().size(); id++) {
            set(id, pieces.pieces().get(id), pieces.types()[id]);
            scores[id] = pieces.scores()[id];
        }
        tokenizer.ifPresent(this::added);
        pieceModel(scores, tokenizer.map(GgufVocabulary::prefixesSpace).orElse(true));
    }

    /**
     * SentencePiece as its publishers turned it into a tokenizer.json, which has the order of merges instead of scores: the earlier
     * a piece can be merged, the better its score.
     */
    private void merged(JsonNode tokenizer) {
        vocabulary(tokenizer.path("model").path("vocab"));
        String unknown = tokenizer.path("model").path("unk_token").asString("");
        for (int id = 0; id < tokens.length; id++) {
            if (tokens[id].matches("<0x[0-9A-F]{2}>")) {
                types[id] = BYTE;
            }
        }
        added(tokenizer);
        Map<String, Float> scoreOf = new HashMap<>();
        String[] merges = merges(tokenizer);
        for (int rank = 0; rank < merges.length; rank++) {
            scoreOf.putIfAbsent(merges[rank].replaceFirst(" ", ""), (float) -rank);
        }
        var scores = new float[tokens.length];
        for (int id = 0; id < scores.length; id++) {
            scores[id] = types[id] == NORMAL ? scoreOf.getOrDefault(tokens[id], NEVER) : types[id] == UNUSED ? NEVER : 0;
            if (tokens[id].equals(unknown)) {
                types[id] = UNKNOWN;
            }
        }
        pieceModel(scores, prefixesSpace(tokenizer));
    }

    private void pieceModel(float[] scores, boolean prefixesSpace) {
        values.put(PREFIX + "model", "llama");
        values.put(PREFIX + "pre", "default");
        values.put(PREFIX + "tokens", tokens);
        values.put(PREFIX + "scores", scores);
        values.put(PREFIX + "token_type", types);
        values.put(PREFIX + "add_space_prefix", prefixesSpace);
    }

    /** A normalizer that prepends the mark of a space, or a Metaspace that does. */
    private static boolean prefixesSpace(JsonNode tokenizer) {
        String pre = tokenizer.path("pre_tokenizer").path("prepend_scheme").asString("");
        return tokenizer.path("normalizer").toString().contains("\"Prepend\"") || pre.equals("always") || pre.equals("first");
    }

    private static String[] merges(JsonNode tokenizer) {
        JsonNode merges = tokenizer.path("model").path("merges");
        var texts = new String[merges.size()];
        for (int i = 0; i < texts.length; i++) {
            JsonNode merge = merges.get(i);
            texts[i] = merge.isArray() ? merge.get(0).asString() + " " + merge.get(1).asString() : merge.asString();
        }
        return texts;
    }

    private void vocabulary(JsonNode vocabulary) {
        vocabulary.properties().forEach(entry -> set(entry.getValue().asInt(), entry.getKey(), NORMAL));
    }

    private void added(JsonNode tokenizer) {
        for (JsonNode token : tokenizer.path("added_tokens")) {
            int id = token.path("id").asInt();
            boolean special = token.path("special").asBoolean(false);
            if (id >= tokens.length || types[id] != UNKNOWN && types[id] != BYTE) {
                set(id, token.path("content").asString(""), special ? CONTROL : USER_DEFINED);
            }
        }
    }

    private void set(int id, String token, int type) {
        if (id >= tokens.length) {
            throw BitRankException.badInput("%s has a token of id %d, but config.json's vocab_size is %d".formatted(source(), id, tokens.length));
        }
        tokens[id] = token;
        types[id] = type;
    }

    private void specials() {
        try (Tokenizer tokenizer = Tokenizer.of(checkpoint)) {
            put("bos_token_id", tokenizer.bos());
            put("eos_token_id", tokenizer.eos());
            int eos = tokenizer.eos().orElse(-1);
            tokenizer.stopTokens().stream().filter(id -> id != eos).min(Integer::compare).ifPresent(id -> put("eot_token_id", OptionalInt.of(id)));
            values.put(PREFIX + "add_bos_token", tokenizer.addsBos());
        }
        Map<String, String> texts = SpecialTokenTexts.of(checkpoint);
        named("unknown_token_id", texts.get("unk_token"));
        named("padding_token_id", texts.get("pad_token"));
    }

    private void named(String key, String text) {
        put(key, text == null ? OptionalInt.empty() : OptionalInt.of(Arrays.asList(tokens).indexOf(text)));
    }

    private void put(String key, OptionalInt id) {
        if (id.isPresent() && id.getAsInt() >= 0) {
            values.put(PREFIX + key, id.getAsInt());
        }
    }

    private String source() {
        return checkpoint.tokenizerJson().or(() -> checkpoint.file("tokenizer.model")).map(Path::toString).orElse("the tokenizer");
    }

    private static JsonNode read(Path file) {
        try {
            return JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
