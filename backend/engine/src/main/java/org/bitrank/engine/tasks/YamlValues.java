package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.kernels.BitRankException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** A YAML file as maps, lists, strings, booleans, longs, doubles, nulls, and functions by name ({@code !function a.b}). */
final class YamlValues {
    private static final YAMLFactory YAML = new YAMLFactory();

    /** {@code !function file.name}: in task files of the Python world a function, here one of {@link TaskFunctions}. */
    record FunctionName(String name) {
        @Override
        public String toString() {
            return "!function " + name;
        }
    }

    private YamlValues() {}

    /** @param source what to call the text in messages */
    static Map<String, Object> parse(String text, String source) {
        try (JsonParser parser = YAML.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw BitRankException.badInput(source + " is not a task: it must be a list of 'name: value' lines");
            }
            return map(parser, source);
        } catch (JacksonException e) {
            var place = e.getLocation();
            throw BitRankException.badInput("%s is not valid YAML%s: %s"
                    .formatted(source, place == null ? "" : " in line " + place.getLineNr(), firstLine(e.getOriginalMessage())), e);
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    private static Map<String, Object> map(JsonParser parser, String source) {
        var map = new LinkedHashMap<String, Object>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (map.containsKey(name)) {
                throw BitRankException.badInput(source + " says '" + name + "' twice; keep one");
            }
            map.put(name, value(parser, source));
        }
        return map;
    }

    private static Object value(JsonParser parser, String source) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> map(parser, source);
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser, source));
                }
                yield list;
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            default -> "function".equals(tag(parser)) ? new FunctionName(parser.getString()) : parser.getString();
        };
    }

    private static String tag(JsonParser parser) {
        Object tag = parser.getTypeId();
        return tag == null ? "" : tag.toString().replaceFirst("^!+", "");
    }
}
