package org.bitrank.engine.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What may follow {@code |}. */
final class Filters {
    private static final Pattern WORD_START = Pattern.compile("([-\\s({\\[<]+)");

    private Filters() {}

    static Object apply(String name, Object value, Arguments arguments, TemplateSettings settings) {
        return switch (name) {
            case "length", "count" -> Values.length(value);
            case "string" -> Values.text(value);
            case "trim" -> PythonText.strip(Values.text(value), (String) arguments.get(0, "chars", null));
            case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
            case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
            case "capitalize" -> PythonText.capitalize(Values.text(value));
            case "title" -> title(Values.text(value));
            case "replace" -> Members.replace(
                    Values.text(value),
                    Values.text(arguments.get(0, "old")),
                    Values.text(arguments.get(1, "new")),
                    arguments.get(2, "count", null) == null ? -1 : arguments.number(2, "count", -1));
            case "join" -> join(value, arguments, settings);
            case "list" -> Values.items(value);
            case "first" -> edge(value, true, settings);
            case "last" -> edge(value, false, settings);
            case "int" -> whole(value, arguments);
            case "float" -> real(value, arguments);
            case "abs" -> value instanceof Double number ? (Object) Math.abs(number) : (Object) Math.abs(Values.whole(value));
            case "round" -> round(value, arguments);
            case "default", "d" -> value instanceof Undefined || (arguments.flag(1, "boolean", false) && !Values.truth(value))
                    ? arguments.get(0, "default_value", "")
                    : value;
            case "items" -> value instanceof Undefined ? List.of() : Members.pairs(map(value));
            case "dictsort" -> sorted(Members.pairs(map(value)), pair -> ((List<?>) pair).getFirst(), arguments);
            case "sort" -> sorted(Values.items(value), attribute(arguments.get(2, "attribute", null), settings), arguments);
            case "unique" -> unique(Values.items(value));
            case "reverse" -> reversed(value);
            case "min" -> Collections.min(Values.items(value), Values::compare);
            case "max" -> Collections.max(Values.items(value), Values::compare);
            case "sum" -> sum(Values.items(value), arguments.get(1, "start", 0L));
            case "map" -> map(value, arguments, settings);
            case "select", "reject" -> chosen(Values.items(value), Function.identity(), arguments, name.equals("select"));
            case "selectattr", "rejectattr" -> chosen(
                    Values.items(value),
                    attribute(arguments.get(0, "attribute"), settings),
                    arguments.tail(),
                    name.equals("selectattr"));
            case "indent" -> indent(Values.text(value), arguments);
            case "wordcount" -> (long) PythonText.split(Values.text(value), null, -1).size();
            case "safe" -> Values.text(value);
            default -> throw new TemplateException("there is no filter named '" + name + "'");
        };
    }

    /** Jinja2's own rule, which is not Python's: words start after blanks, hyphens and opening brackets only. */
    private static String title(String text) {
        var result = new StringBuilder(text.length());
        int from = 0;
        var matcher = WORD_START.matcher(text);
        while (matcher.find()) {
            result.append(PythonText.capitalize(text.substring(from, matcher.start()))).append(matcher.group());
            from = matcher.end();
        }
        return result.append(PythonText.capitalize(text.substring(from))).toString();
    }

    private static Object join(Object value, Arguments arguments, TemplateSettings settings) {
        var getter = attribute(arguments.get(1, "attribute", null), settings);
        var texts = new ArrayList<String>();
        for (Object item : Values.items(value)) {
            texts.add(Values.text(getter.apply(item)));
        }
        return String.join(Values.text(arguments.get(0, "d", "")), texts);
    }

    private static Object edge(Object value, boolean first, TemplateSettings settings) {
        List<Object> items = Values.items(value);
        if (items.isEmpty()) {
            return new Undefined("the first or last item of an empty list", settings.strict());
        }
        return first ? items.getFirst() : items.getLast();
    }

    private static Object whole(Object value, Arguments arguments) {
        long otherwise = arguments.number(0, "default", 0);
        return switch (value) {
            case Long number -> number;
            case Boolean flag -> flag ? 1L : 0L;
            case Double number -> number.longValue();
            case String text -> {
                try {
                    yield Long.parseLong(PythonText.strip(text, null).replace("_", ""));
                } catch (NumberFormatException e) {
                    Object parsed = real(text, Arguments.NONE);
                    yield parsed.equals(0.0) ? (Object) otherwise : (Object) ((Double) parsed).longValue();
                }
            }
            case Undefined undefined -> throw undefined.error();
            case null, default -> otherwise;
        };
    }

    private static Object real(Object value, Arguments arguments) {
        Object otherwise = arguments.get(0, "default", 0.0);
        if (value instanceof String text) {
            try {
                return Double.valueOf(PythonText.strip(text, null));
            } catch (NumberFormatException e) {
                return otherwise;
            }
        }
        return Values.isNumber(value) ? (Object) Values.real(value) : otherwise;
    }

    private static Object round(Object value, Arguments arguments) {
        int digits = (int) arguments.number(0, "precision", 0);
        RoundingMode mode = switch ((String) arguments.get(1, "method", "common")) {
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default -> RoundingMode.HALF_EVEN;
        };
        return new BigDecimal(Values.real(value)).setScale(digits, mode).doubleValue();
    }

    private static Map<?, ?> map(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw Values.unfit(value, "a map");
    }

    /** Reads {@code a.b.0} of an item; the item itself for null. */
    private static Function<Object, Object> attribute(Object path, TemplateSettings settings) {
        if (path == null) {
            return Function.identity();
        }
        if (path instanceof Long index) {
            return item -> Members.item(item, index, settings.strict());
        }
        String[] parts = ((String) path).split("\\.");
        return item -> {
            Object value = item;
            for (String part : parts) {
                Object key = PythonText.isDigits(part) ? (Object) Long.valueOf(part) : part;
                value = Members.item(value, key, settings.strict());
            }
            return value;
        };
    }

    private static Object sorted(List<Object> items, Function<Object, Object> key, Arguments arguments) {
        boolean backwards = arguments.flag(0, "reverse", false);
        boolean exactCase = arguments.flag(1, "case_sensitive", false);
        Comparator<Object> order = (one, other) -> Values.compare(folded(key.apply(one), exactCase), folded(key.apply(other), exactCase));
        items.sort(backwards ? order.reversed() : order);
        return items;
    }

    private static Object folded(Object value, boolean exactCase) {
        return !exactCase && value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
    }

    private static Object unique(List<Object> items) {
        var unique = new ArrayList<Object>();
        for (Object item : items) {
            if (unique.stream().noneMatch(seen -> Values.same(folded(seen, false), folded(item, false)))) {
                unique.add(item);
            }
        }
        return unique;
    }

    private static Object reversed(Object value) {
        List<Object> items = Values.items(value);
        Collections.reverse(items);
        return value instanceof String ? Members.join("", items) : items;
    }

    private static Object sum(List<Object> items, Object start) {
        Object sum = start;
        for (Object item : items) {
            sum = Arithmetic.apply("+", sum, item);
        }
        return sum;
    }

    private static Object map(Object value, Arguments arguments, TemplateSettings settings) {
        var results = new ArrayList<Object>();
        if (arguments.named().containsKey("attribute")) {
            var getter = attribute(arguments.named().get("attribute"), settings);
            Values.items(value).forEach(item -> results.add(getter.apply(item)));
            return results;
        }
        String filter = arguments.text(0, "filter");
        for (Object item : Values.items(value)) {
            results.add(apply(filter, item, arguments.tail(), settings));
        }
        return results;
    }

    private static Object chosen(List<Object> items, Function<Object, Object> key, Arguments arguments, boolean wanted) {
        var chosen = new ArrayList<Object>();
        for (Object item : items) {
            boolean passes = arguments.count() == 0
                    ? Values.truth(key.apply(item))
                    : Checks.check(arguments.text(0, "test"), key.apply(item), arguments.tail());
            if (passes == wanted) {
                chosen.add(item);
            }
        }
        return chosen;
    }

    private static Object indent(String text, Arguments arguments) {
        String blanks = arguments.get(0, "width", 4L) instanceof String given
                ? given
                : " ".repeat(Math.clamp(arguments.number(0, "width", 4), 0, 1000));
        boolean firstToo = arguments.flag(1, "first", false);
        boolean emptyToo = arguments.flag(2, "blank", false);
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if ((i > 0 || firstToo) && (emptyToo || !lines[i].isEmpty())) {
                lines[i] = blanks + lines[i];
            }
        }
        return String.join("\n", lines);
    }
}
