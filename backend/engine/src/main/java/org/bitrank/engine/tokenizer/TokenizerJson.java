package org.bitrank.engine.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.kernels.BitRankException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;

/**
 * What we need to know of a {@code tokenizer.json} besides what the library makes of it.
 *
 * @param vocabularySize one more than the largest id
 */
record TokenizerJson(byte[] content, Map<String, Integer> idOfAdded, Map<String, Integer> idOfPiece, int vocabularySize) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads without building a tree: these files have ten megabytes. */
    static TokenizerJson parse(byte[] content, String source) {
        var added = new HashMap<String, Integer>();
        var pieces = new HashMap<String, Integer>();
        try (JsonParser parser = JSON.createParser(tools.jackson.core.ObjectReadContext.empty(), content)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw BitRankException.badInput(source + " is not a JSON object; copy it again from the model's folder");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "added_tokens" -> readAdded(parser, added);
                    case "model" -> readModel(parser, pieces);
                    default -> parser.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw BitRankException.badInput(
                    source + " is not valid JSON: " + Json.problem(e) + "; copy it again from the model's folder", e);
        }
        int size = 0;
        for (int id : added.values()) {
            size = Math.max(size, id + 1);
        }
        for (int id : pieces.values()) {
            size = Math.max(size, id + 1);
        }
        return new TokenizerJson(content, added, pieces, size);
    }

    Integer idOf(String token) {
        Integer id = idOfAdded.get(token);
        return id == null ? idOfPiece.get(token) : id;
    }

    String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    private static void readAdded(JsonParser parser, Map<String, Integer> added) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            int id = -1;
            String text = null;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("id")) {
                    id = parser.getIntValue();
                } else if (name.equals("content")) {
                    text = parser.getString();
                }
            }
            added.put(text, id);
        }
    }

    private static void readModel(JsonParser parser, Map<String, Integer> pieces) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String piece = parser.currentName();
                    parser.nextToken();
                    pieces.put(piece, parser.getIntValue());
                }
            } else {
                parser.skipChildren();
            }
        }
    }
}
