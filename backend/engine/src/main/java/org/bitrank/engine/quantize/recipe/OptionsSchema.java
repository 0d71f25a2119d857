package org.bitrank.engine.quantize.recipe;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bitrank.engine.NearNames;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The settings of one record, derived from its components and their {@link Option}s. */
public final class OptionsSchema<R extends Record> {
    private final Class<R> type;
    private final List<OptionField> fields;

    private OptionsSchema(Class<R> type, List<OptionField> fields) {
        this.type = type;
        this.fields = fields;
    }

    public static <R extends Record> OptionsSchema<R> of(Class<R> type) {
        return new OptionsSchema<>(
                type, Stream.of(type.getRecordComponents()).map(OptionsSchema::field).toList());
    }

    /** The same with another default; BAD in the sense of the field's own limits is an IllegalArgumentException. */
    public OptionsSchema<R> withDefault(String name, String value) {
        return with(name, field -> field.withDefault(value));
    }

    /** The same with a narrower range and a default inside it, for a number. */
    public OptionsSchema<R> withRange(String name, long minimum, long maximum, long usual) {
        return with(name, field -> field.withRange(minimum, maximum).withDefault(Long.toString(usual)));
    }

    /** The same where a number is one of few, with a default among them. */
    public OptionsSchema<R> among(String name, List<Long> numbers, long usual) {
        return with(name, field -> field.among(numbers).withDefault(Long.toString(usual)));
    }

    /** The same where only one value is left. */
    public OptionsSchema<R> fixed(String name, String value) {
        return with(name, field -> field.fixed(value));
    }

    private OptionsSchema<R> with(String name, UnaryOperator<OptionField> change) {
        if (!names().contains(name)) {
            throw new IllegalArgumentException(type.getSimpleName() + " has no field " + name);
        }
        return new OptionsSchema<>(
                type, fields.stream().map(field -> field.name().equals(name) ? change.apply(field) : field).toList());
    }

    /** In the order of the record's components. */
    public List<OptionField> fields() {
        return fields;
    }

    /** The record with every default. */
    public R defaults() {
        return create(fields.stream().map(OptionField::defaultValue).toList());
    }

    /** The record that a node describes, missing keys filled with defaults; null when there was a problem. */
    R read(JsonNode node, String path, List<RecipeProblem> problems) {
        if (node == null || node.isNull()) {
            return defaults();
        }
        if (!(node instanceof ObjectNode object)) {
            problems.add(new RecipeProblem(path, "must hold keys and values: " + String.join(", ", names())));
            return null;
        }
        int before = problems.size();
        for (String key : object.propertyNames()) {
            if (!names().contains(key)) {
                problems.add(new RecipeProblem(path + "." + key, NearNames.unknown(key, names())));
            }
        }
        var values = new ArrayList<>();
        for (OptionField field : fields) {
            JsonNode value = object.get(field.name());
            try {
                values.add(value == null ? field.defaultValue() : field.read(value));
            } catch (IllegalArgumentException wrong) {
                problems.add(new RecipeProblem(path + "." + field.name(), wrong.getMessage()));
            }
        }
        return problems.size() == before ? create(values) : null;
    }

    /** Every setting, defaults too, in component order. */
    ObjectNode write(Record value) {
        var node = JsonNodeFactory.instance.objectNode();
        var components = type.getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            node.set(fields.get(i).name(), fields.get(i).write(plain(get(components[i], value))));
        }
        return node;
    }

    /** JSON Schema of the record. */
    public ObjectNode jsonSchema() {
        var schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", "object").put("additionalProperties", false);
        var properties = schema.putObject("properties");
        fields.forEach(field -> properties.set(field.name(), field.jsonSchema()));
        return schema;
    }

    /** The table that the documentation shows. */
    public String markdown() {
        var table = new StringBuilder("| option | allowed | default | meaning |\n|---|---|---|---|\n");
        for (OptionField field : fields) {
            table.append("| `%s` | %s | `%s` | %s |\n"
                    .formatted(field.name(), field.allowed(), field.defaultText(), field.help()));
        }
        return table.toString();
    }

    private List<String> names() {
        return fields.stream().map(OptionField::name).toList();
    }

    private static OptionField field(RecordComponent component) {
        Option option = component.getAnnotation(Option.class);
        if (option == null) {
            throw new IllegalStateException(component + " of " + component.getDeclaringRecord() + " has no @Option");
        }
        Map<String, Long> words = new LinkedHashMap<>();
        for (String word : option.words()) {
            words.put(word.substring(0, word.indexOf('=')), Long.valueOf(word.substring(word.indexOf('=') + 1)));
        }
        var bare = new OptionField(
                kebab(component.getName()),
                kind(component.getType()),
                null,
                Double.isInfinite(option.minimum()) ? null : option.minimum(),
                Double.isInfinite(option.maximum()) ? null : option.maximum(),
                choices(component.getType(), option),
                words,
                option.help());
        // The default is written as text beside the component, so that it goes through the same checks as a recipe's value.
        Object defaultValue = bare.read(bare.node(option.defaultValue()));
        return new OptionField(
                bare.name(), bare.kind(), defaultValue, bare.minimum(), bare.maximum(), bare.choices(), words, bare.help());
    }

    private static List<String> choices(Class<?> type, Option option) {
        return type.isEnum()
                ? Stream.of(type.getEnumConstants()).map(OptionsSchema::constant).toList()
                : List.of(option.choices());
    }

    private static OptionField.Kind kind(Class<?> type) {
        if (type == int.class || type == long.class) {
            return OptionField.Kind.INTEGER;
        }
        if (type == double.class) {
            return OptionField.Kind.NUMBER;
        }
        if (type == boolean.class) {
            return OptionField.Kind.BOOLEAN;
        }
        if (type == List.class) {
            return OptionField.Kind.LIST;
        }
        if (type == String.class || type.isEnum()) {
            return OptionField.Kind.TEXT;
        }
        throw new IllegalStateException("a setting of type " + type + " has no form");
    }

    private static String constant(Object value) {
        return ((Enum<?>) value).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code actOrder} is {@code act-order} in a recipe. */
    static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static Object plain(Object value) {
        return switch (value) {
            case Integer number -> number.longValue();
            case Enum<?> constant -> constant(constant);
            default -> value;
        };
    }

    private static Object typed(Class<?> type, Object value) {
        if (type == int.class) {
            return Math.toIntExact((Long) value);
        }
        if (type.isEnum()) {
            return Stream.of(type.getEnumConstants())
                    .filter(candidate -> constant(candidate).equals(value))
                    .findFirst()
                    .orElseThrow();
        }
        return value;
    }

    private static Object get(RecordComponent component, Record value) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private R create(List<?> values) {
        var components = type.getRecordComponents();
        var types = new Class<?>[components.length];
        var arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            arguments[i] = typed(types[i], values.get(i));
        }
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
