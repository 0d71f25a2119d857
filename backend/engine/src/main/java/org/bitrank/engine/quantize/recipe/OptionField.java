package org.bitrank.engine.quantize.recipe;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.engine.NearNames;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One setting as the record component and its {@link Option} describe it.
 *
 * @param name in kebab-case, as recipes have it
 * @param defaultValue a Long, Double, Boolean, String or List of String, by {@code kind}
 * @param minimum smallest number allowed, or null
 * @param maximum largest number allowed, or null
 * @param choices the only texts allowed, or the only ones of a list; empty where any will do
 * @param words words that stand for numbers outside the range
 */
public record OptionField(
        String name,
        Kind kind,
        Object defaultValue,
        Double minimum,
        Double maximum,
        List<String> choices,
        Map<String, Long> words,
        String help) {
    /** What a field's value is made of. */
    public enum Kind {
        INTEGER,
        NUMBER,
        BOOLEAN,
        TEXT,
        LIST
    }

    /** The same with another default, written as one writes it in a recipe. */
    OptionField withDefault(String value) {
        return new OptionField(name, kind, read(node(value)), minimum, maximum, choices, words, help);
    }

    /** The same for numbers from {@code least} to {@code most}. */
    OptionField withRange(double least, double most) {
        return new OptionField(name, kind, defaultValue, least, most, choices, words, help);
    }

    /** The same for a whole number that is one of these. */
    OptionField among(List<Long> numbers) {
        return new OptionField(name, kind, defaultValue, null, null, numbers.stream().map(String::valueOf).toList(), Map.of(), help);
    }

    /** The same where nothing but this value is allowed. */
    OptionField fixed(String value) {
        Object only = read(node(value));
        return switch (only) {
            case Long number when words.containsKey(value) ->
                new OptionField(name, kind, only, (double) number, (double) number, choices, Map.of(value, number), help);
            case Long number -> new OptionField(name, kind, only, (double) number, (double) number, choices, Map.of(), help);
            case Boolean flag -> new OptionField(name, kind, only, minimum, maximum, List.of(flag.toString()), words, help);
            default -> new OptionField(name, kind, only, minimum, maximum, List.of(value), words, help);
        };
    }

    /** Whether there is nothing to choose. */
    public boolean single() {
        return choices.size() == 1 || minimum != null && minimum.equals(maximum);
    }

    /** The allowed values in words: {@code 2 to 8}. */
    public String allowed() {
        String plain =
                switch (kind) {
                    case INTEGER -> !choices.isEmpty()
                            ? String.join(", ", choices)
                            : minimum != null && minimum.equals(maximum) ? number(minimum) : "a whole number" + range();
                    case NUMBER -> "a number" + range();
                    case BOOLEAN -> choices.isEmpty() ? "true or false" : choices.getFirst();
                    case TEXT -> choices.isEmpty() ? "a text" : String.join(", ", choices);
                    case LIST -> choices.isEmpty() ? "a list of texts" : "a list of " + String.join(", ", choices);
                };
        return words.isEmpty() ? plain : plain + ", or " + String.join(", ", words.keySet());
    }

    private String range() {
        if (minimum != null && maximum != null) {
            return " from " + number(minimum) + " to " + number(maximum);
        }
        if (minimum != null) {
            return " of at least " + number(minimum);
        }
        return maximum == null ? "" : " of at most " + number(maximum);
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
    }

    /** The default as one writes it in a recipe. */
    public String defaultText() {
        return text(defaultValue);
    }

    private String text(Object value) {
        for (var word : words.entrySet()) {
            if (word.getValue().equals(value)) {
                return word.getKey();
            }
        }
        return switch (value) {
            case List<?> list -> list.stream().map(Object::toString).collect(Collectors.joining(", "));
            case Double number -> number(number);
            default -> value.toString();
        };
    }

    /** The value of a node, checked. Throws {@link IllegalArgumentException} with what is wrong and what is allowed. */
    Object read(JsonNode node) {
        return switch (kind) {
            case INTEGER -> readInteger(node);
            case NUMBER -> inRange(node.isNumber() ? Double.valueOf(node.doubleValue()) : null, node);
            case BOOLEAN -> {
                require(node.isBoolean() && (choices.isEmpty() || choices.contains(node.asString())), node);
                yield node.booleanValue();
            }
            case TEXT -> {
                require(node.isString() && !node.stringValue().isBlank(), node);
                yield choice(node.stringValue());
            }
            case LIST -> {
                require(node.isArray() && node.valueStream().allMatch(JsonNode::isString), node);
                yield node.valueStream().map(JsonNode::stringValue).map(this::choice).toList();
            }
        };
    }

    private Object readInteger(JsonNode node) {
        if (node.isString() && words.containsKey(node.stringValue())) {
            return words.get(node.stringValue());
        }
        boolean whole = node.isNumber()
                && node.doubleValue() == Math.rint(node.doubleValue())
                && Math.abs(node.doubleValue()) < 1e15;
        require(whole, node);
        long value = (long) node.doubleValue();
        require(choices.isEmpty() || choices.contains(Long.toString(value)), node);
        return words.containsValue(value) ? value : (Object) ((Number) inRange((double) value, node)).longValue();
    }

    private Object inRange(Double value, JsonNode node) {
        require(value != null && Double.isFinite(value), node);
        require((minimum == null || value >= minimum) && (maximum == null || value <= maximum), node);
        return value;
    }

    private String choice(String value) {
        if (choices.isEmpty() || choices.contains(value)) {
            return value;
        }
        throw new IllegalArgumentException("'" + value + "' is "
                + NearNames.unknown(value, choices));
    }

    private void require(boolean condition, JsonNode node) {
        if (!condition) {
            throw new IllegalArgumentException(node + " is not allowed; it must be " + allowed());
        }
    }

    /** What somebody typed into a form or on a command line, as the node that a recipe would have. */
    public JsonNode node(String typed) {
        var nodes = JsonNodeFactory.instance;
        String text = typed.strip();
        return switch (kind) {
            case INTEGER, NUMBER -> {
                try {
                    yield words.containsKey(text) ? nodes.stringNode(text) : written(text);
                } catch (NumberFormatException notANumber) {
                    yield nodes.stringNode(text);
                }
            }
            case BOOLEAN ->
                text.equals("true") || text.equals("false")
                        ? nodes.booleanNode(Boolean.parseBoolean(text))
                        : nodes.stringNode(text);
            case TEXT -> nodes.stringNode(text);
            case LIST -> {
                var list = nodes.arrayNode();
                Stream.of(text.split(",")).map(String::strip).filter(item -> !item.isEmpty()).forEach(list::add);
                yield list;
            }
        };
    }

    /** Whole numbers stay whole, so that a message about one repeats what was typed. */
    private static JsonNode written(String text) {
        double value = Double.parseDouble(text);
        var nodes = JsonNodeFactory.instance;
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? nodes.numberNode((long) value) : nodes.numberNode(value);
    }

    JsonNode write(Object value) {
        var nodes = JsonNodeFactory.instance;
        return switch (value) {
            case Long number -> nodes.numberNode(number);
            case Double number -> nodes.numberNode(number);
            case Boolean flag -> nodes.booleanNode(flag);
            case String text -> nodes.stringNode(text);
            case List<?> list -> {
                var array = nodes.arrayNode();
                list.forEach(item -> array.add((String) item));
                yield array;
            }
            default -> throw new IllegalStateException(name + " holds a " + value.getClass());
        };
    }

    ObjectNode jsonSchema() {
        var schema = JsonNodeFactory.instance.objectNode();
        schema.put("description", help);
        schema.set("default", write(defaultValue));
        if (words.isEmpty()) {
            type(schema);
            return schema;
        }
        var either = schema.putArray("anyOf");
        type(either.addObject());
        var named = either.addObject().putArray("enum");
        words.forEach((word, value) -> named.add(word).add(value));
        return schema;
    }

    private void type(ObjectNode schema) {
        switch (kind) {
            case INTEGER -> schema.put("type", "integer");
            case NUMBER -> schema.put("type", "number");
            case BOOLEAN -> schema.put("type", "boolean");
            case TEXT -> schema.put("type", "string");
            case LIST -> {
                ObjectNode items = schema.put("type", "array").putObject("items").put("type", "string");
                choices(items);
                return;
            }
        }
        if (minimum != null) {
            schema.set("minimum", bound(minimum));
        }
        if (maximum != null) {
            schema.set("maximum", bound(maximum));
        }
        choices(schema);
    }

    private void choices(ObjectNode schema) {
        if (!choices.isEmpty()) {
            var array = schema.putArray("enum");
            choices.forEach(choice -> array.add(kind == Kind.LIST ? JsonNodeFactory.instance.stringNode(choice) : node(choice)));
        }
    }

    private JsonNode bound(double value) {
        return write(kind == Kind.INTEGER ? Objects.requireNonNull((Object) (long) value) : (Object) value);
    }
}
