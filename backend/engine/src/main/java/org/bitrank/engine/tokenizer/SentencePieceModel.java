package org.bitrank.engine.tokenizer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;

/**
 * The pieces of a {@code tokenizer.model}: a protocol buffer whose field 1 repeats {piece = 1, score = 2, type = 3}.
 * The format is that of google/sentencepiece, {@code sentencepiece_model.proto}.
 */
record SentencePieceModel(ScoredPieces pieces, String source) {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    static SentencePieceModel read(Path file) throws IOException {
        var message = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        var pieces = new ArrayList<String>();
        var scores = new ArrayList<Float>();
        var types = new ArrayList<Integer>();
        try {
            while (message.hasRemaining()) {
                int tag = (int) varint(message);
                if (tag == (1 << 3 | BYTES)) {
                    readPiece(bytes(message), pieces, scores, types);
                } else {
                    skip(message, tag & 7);
                }
            }
        } catch (RuntimeException e) {
            throw BitRankException.badInput(file + " is not a SentencePiece model or is cut off; copy it again", e);
        }
        var scored = new float[scores.size()];
        for (int i = 0; i < scored.length; i++) {
            scored[i] = scores.get(i);
        }
        return new SentencePieceModel(
                new ScoredPieces(pieces, scored, types.stream().mapToInt(Integer::intValue).toArray()), file.toString());
    }

    /** With the settings of the tokenizer_config.json beside it, where there is one; else BOS in front, as in LLaMA. */
    Tokenizer tokenizer(Optional<JsonNode> settings) {
        boolean addBos = settings.map(found -> found.path("add_bos_token").asBoolean(true)).orElse(true);
        int bos = pieces.pieces().indexOf("<s>");
        int eos = pieces.pieces().indexOf("</s>");
        if (bos < 0 || eos < 0) {
            throw BitRankException.unsupported(
                    source + " has no pieces <s> and </s>; give this model's tokenizer.json instead");
        }
        var json = pieces.tokenizerJson(true, addBos ? bos : null);
        var parsed = TokenizerJson.parse(json.toString().getBytes(StandardCharsets.UTF_8), source);
        return new LibraryTokenizer(parsed, new SpecialTokens(bos, eos, Set.of(eos), null), source);
    }

    private static void readPiece(ByteBuffer message, List<String> pieces, List<Float> scores, List<Integer> types) {
        String piece = "";
        float score = 0;
        int type = 1;
        while (message.hasRemaining()) {
            int tag = (int) varint(message);
            switch (tag) {
                case 1 << 3 | BYTES -> piece = StandardCharsets.UTF_8.decode(bytes(message)).toString();
                case 2 << 3 | FIXED32 -> score = message.getFloat();
                case 3 << 3 | VARINT -> type = (int) varint(message);
                default -> skip(message, tag & 7);
            }
        }
        pieces.add(piece);
        scores.add(score);
        types.add(type);
    }

    private static long varint(ByteBuffer message) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = message.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than 64 bits");
    }

    private static ByteBuffer bytes(ByteBuffer message) {
        int length = Math.toIntExact(varint(message));
        ByteBuffer part = message.slice(message.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        message.position(message.position() + length);
        return part;
    }

    private static void skip(ByteBuffer message, int wireType) {
        switch (wireType) {
            case VARINT -> varint(message);
            case FIXED64 -> message.getLong();
            case BYTES -> bytes(message);
            case FIXED32 -> message.getInt();
            default -> throw new IllegalArgumentException("wire type " + wireType);
        }
    }
}
