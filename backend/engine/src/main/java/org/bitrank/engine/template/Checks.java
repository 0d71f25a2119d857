package org.bitrank.engine.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What may follow {@code is}. */
final class Checks {
    private Checks() {}

    static boolean check(String name, Object value, Arguments arguments) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == null;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "number" -> Values.isNumber(value);
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map;
            case "iterable", "sequence" -> value instanceof String || value instanceof List || value instanceof Map;
            case "callable" -> value instanceof TemplateFunction;
            case "odd" -> Math.floorMod(Values.whole(value), 2L) == 1;
            case "even" -> Math.floorMod(Values.whole(value), 2L) == 0;
            case "divisibleby" -> Math.floorMod(Values.whole(value), Values.whole(arguments.get(0, "num"))) == 0;
            case "eq", "equalto" -> Values.same(value, arguments.get(0, "other"));
            case "ne" -> !Values.same(value, arguments.get(0, "other"));
            case "lt", "lessthan" -> Values.compare(value, arguments.get(0, "other")) < 0;
            case "le" -> Values.compare(value, arguments.get(0, "other")) <= 0;
            case "gt", "greaterthan" -> Values.compare(value, arguments.get(0, "other")) > 0;
            case "ge" -> Values.compare(value, arguments.get(0, "other")) >= 0;
            case "in" -> Values.contains(arguments.get(0, "seq"), value);
            case "sameas" -> value == arguments.get(0, "other");
            case "lower" -> value instanceof String text && text.equals(text.toLowerCase(Locale.ROOT));
            case "upper" -> value instanceof String text && text.equals(text.toUpperCase(Locale.ROOT));
            default -> throw new TemplateException("there is no test named '" + name + "'");
        };
    }
}
