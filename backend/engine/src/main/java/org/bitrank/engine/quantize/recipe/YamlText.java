package org.bitrank.engine.quantize.recipe;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Text that people write, in YAML or JSON, and where it is neither. */
final class YamlText {
    // YAML is a superset of JSON.
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** The parser's words for what people see. */
    private static final Map<String, String> WORDS = Map.of(
            "while parsing a flow mapping", "in the braces { } that begin",
            "while parsing a flow sequence", "in the brackets [ ] that begin",
            "while parsing a block mapping", "in the keys and values that begin",
            "while parsing a block collection", "in the list that begins",
            "while scanning a quoted scalar", "in the quotation marks that begin",
            "while scanning a simple key", "in the key that begins");
    private static final Map<String, String> TOKENS = Map.of(
            "found unexpected end of stream", "the text ends",
            "<stream end>", "the end of the text",
            "expected <block end>, but found '<block mapping start>'", "indented otherwise than the lines it belongs to",
            "expected <block end>, but found '<block sequence start>'", "indented otherwise than the lines it belongs to",
            "mapping values are not allowed here", "a colon is not allowed here; put a text that holds one into quotation marks",
            "could not find expected ':'", "expected ':' behind the key");

    private YamlText() {}

    static JsonNode parse(String text) {
        return YAML.readTree(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What keeps a text from being YAML or JSON; empty where it is one of them. */
    static Optional<String> problem(String text) {
        try {
            parse(text);
            return Optional.empty();
        } catch (JacksonException malformed) {
            return Optional.of(problem(malformed));
        }
    }

    /** {@code line 3, column 8: expected ',' or '}', but got ':', in the braces { } that begin at line 2, column 10}. */
    static String problem(JacksonException malformed) {
        if (malformed.getCause() instanceof MarkedYamlEngineException marked && marked.getProblemMark().isPresent()) {
            String begun = marked.getContextMark()
                    .filter(_ -> WORDS.containsKey(marked.getContext()))
                    .map(mark -> ", %s at %s".formatted(WORDS.get(marked.getContext()), place(mark)))
                    .orElse("");
            return place(marked.getProblemMark().get()) + ": " + plain(marked.getProblem()) + begun;
        }
        var at = malformed.getLocation();
        String line = at == null || at.getLineNr() < 1 ? "" : "line %d, column %d: ".formatted(at.getLineNr(), Math.max(1, at.getColumnNr()));
        if (malformed instanceof MismatchedInputException) {
            return line + "a second document begins; one is expected";
        }
        String words = malformed.getOriginalMessage().lines().findFirst().orElse("");
        return line + (malformed instanceof StreamReadException ? words.replace("Duplicate Object property", "the key stands twice:") : words);
    }

    private static String place(Mark mark) {
        return "line %d, column %d".formatted(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static String plain(String problem) {
        String plain = problem.contains("TAB") ? "a tab cannot indent; use spaces" : problem.replaceAll(" \\(Do not use .* for indentation\\)", "");
        for (var entry : TOKENS.entrySet()) {
            plain = plain.replace(entry.getKey(), entry.getValue());
        }
        return plain.replaceAll("but got ([^'\\w\\s])$", "but got '$1'");
    }
}
