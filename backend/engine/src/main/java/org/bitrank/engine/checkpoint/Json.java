package org.bitrank.engine.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.bitrank.kernels.BitRankException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the JSON files of a checkpoint; says plainly which file is broken. */
public final class Json {
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private Json() {}

    /** The object in a file, or empty where the file is absent. */
    public static Optional<ObjectNode> readObject(Path file) {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException failure) {
            throw StorageFailure.reading(file, failure);
        }
        return Optional.of(parseObject(content, file.toString()));
    }

    public static ObjectNode parseObject(byte[] content, String where) {
        JsonNode node;
        try {
            node = MAPPER.readTree(content);
        } catch (JacksonException broken) {
            throw BitRankException.badInput(where + " is not valid JSON: " + problem(broken), broken);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw BitRankException.badInput(where + " holds no JSON object");
    }

    /** What is wrong, without the parser's words on a source that it never names. */
    public static String problem(JacksonException broken) {
        String message = broken.getOriginalMessage();
        int source = message.indexOf("[Source:");
        int bracket = source < 0 ? -1 : message.lastIndexOf('(', source);
        return bracket < 0 ? message : message.substring(0, bracket).strip();
    }

    public static byte[] bytes(JsonNode node) {
        return (MAPPER.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
