package org.bitrank.engine.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Attributes, items, slices and methods of values. */
final class Members {
    private Members() {}

    /** {@code value.name}: a method where there is one of the name, else an item. */
    static Object attribute(Object value, String name, boolean strict) {
        return switch (value) {
            case Undefined undefined -> throw undefined.error();
            case String text when isTextMethod(name) -> (TemplateFunction) arguments -> textMethod(text, name, arguments);
            case List<?> list when name.equals("index") -> (TemplateFunction) arguments -> index(list, arguments.get(0, "value"));
            case List<?> list when name.equals("count") -> (TemplateFunction) arguments -> list.stream()
                    .filter(item -> Values.same(item, arguments.get(0, "value")))
                    .count();
            case Namespace namespace -> namespace.values().containsKey(name)
                    ? namespace.values().get(name)
                    : new Undefined("'" + name + "'", strict);
            case LoopState loop -> loop.attribute(name, strict);
            case Map<?, ?> map when name.equals("items") -> (TemplateFunction) _ -> pairs(map);
            case Map<?, ?> map when name.equals("keys") -> (TemplateFunction) _ -> new ArrayList<Object>(map.keySet());
            case Map<?, ?> map when name.equals("values") -> (TemplateFunction) _ -> new ArrayList<Object>(map.values());
            case Map<?, ?> map when name.equals("get") -> (TemplateFunction) arguments -> {
                Object key = arguments.get(0, "key");
                return map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
            };
            case Map<?, ?> map when map.containsKey(name) -> map.get(name);
            case null, default -> new Undefined("'" + name + "' of " + Values.kind(value), strict);
        };
    }

    /** {@code value[key]}: an item where there is one, else a method. */
    static Object item(Object value, Object key, boolean strict) {
        return switch (value) {
            case Undefined undefined -> throw undefined.error();
            case Map<?, ?> map when map.containsKey(key) -> map.get(key);
            case List<?> list when Values.isWhole(key) -> at(Values.whole(key), list.size()) < 0
                    ? new Undefined("item " + key + " of a list of " + list.size(), strict)
                    : list.get(at(Values.whole(key), list.size()));
            case String text when Values.isWhole(key) -> {
                int length = PythonText.length(text);
                int index = at(Values.whole(key), length);
                yield index < 0
                        ? new Undefined("character " + key + " of a text of " + length, strict)
                        : Character.toString(text.codePointAt(text.offsetByCodePoints(0, index)));
            }
            case null, default -> key instanceof String name
                    ? attribute(value, name, strict)
                    : new Undefined("item " + Values.inner(key) + " of " + Values.kind(value), strict);
        };
    }

    /** The place that Python means, or -1 where there is none. */
    private static int at(long index, int length) {
        long place = index < 0 ? index + length : index;
        return place >= 0 && place < length ? (int) place : -1;
    }

    /** {@code value[from:to:step]}; absent bounds are null. */
    static Object slice(Object value, Object from, Object to, Object step) {
        List<Object> items = value instanceof Map ? List.of() : Values.items(value);
        if (!(value instanceof String) && !(value instanceof List)) {
            throw Values.unfit(value, "a text or a list");
        }
        long stride = step == null ? 1 : Values.whole(step);
        if (stride == 0) {
            throw new TemplateException("a slice with step 0");
        }
        int length = items.size();
        long start = bound(from, stride > 0 ? 0 : length - 1, length, stride);
        long stop = bound(to, stride > 0 ? length : -1, length, stride);
        var result = new ArrayList<Object>();
        for (long i = start; stride > 0 ? i < stop : i > stop; i += stride) {
            result.add(items.get((int) i));
        }
        return value instanceof String ? joined(result) : result;
    }

    private static long bound(Object bound, long otherwise, int length, long stride) {
        if (bound == null) {
            return otherwise;
        }
        long place = Values.whole(bound);
        place = place < 0 ? place + length : place;
        return stride > 0 ? Math.clamp(place, 0, length) : Math.clamp(place, -1, length - 1);
    }

    private static String joined(List<Object> characters) {
        var text = new StringBuilder();
        characters.forEach(text::append);
        return text.toString();
    }

    static List<Object> pairs(Map<?, ?> map) {
        var pairs = new ArrayList<Object>();
        map.forEach((key, value) -> {
            var pair = new ArrayList<Object>();
            pair.add(key);
            pair.add(value);
            pairs.add(pair);
        });
        return pairs;
    }

    private static long index(List<?> list, Object value) {
        for (int i = 0; i < list.size(); i++) {
            if (Values.same(list.get(i), value)) {
                return i;
            }
        }
        throw new TemplateException(Values.inner(value) + " is not in " + Values.inner(list));
    }

    private static boolean isTextMethod(String name) {
        return switch (name) {
            case "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "upper", "lower", "capitalize", "title",
                    "startswith", "endswith", "replace", "join", "index", "find", "rfind", "count", "isdigit", "isalpha",
                    "isupper", "islower", "isspace", "removeprefix", "removesuffix", "zfill", "format" -> true;
            default -> false;
        };
    }

    private static Object textMethod(String text, String name, Arguments arguments) {
        return switch (name) {
            case "strip" -> PythonText.strip(text, (String) arguments.get(0, "chars", null));
            case "lstrip" -> PythonText.stripStart(text, (String) arguments.get(0, "chars", null));
            case "rstrip" -> PythonText.stripEnd(text, (String) arguments.get(0, "chars", null));
            case "split" -> PythonText.split(text, (String) arguments.get(0, "sep", null), arguments.number(1, "maxsplit", -1));
            case "rsplit" -> PythonText.splitFromEnd(text, arguments.text(0, "sep"), arguments.number(1, "maxsplit", -1));
            case "splitlines" -> PythonText.lines(text);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "capitalize" -> PythonText.capitalize(text);
            case "title" -> PythonText.title(text);
            case "startswith" -> affixes(arguments).stream().anyMatch(prefix -> text.startsWith((String) prefix));
            case "endswith" -> affixes(arguments).stream().anyMatch(suffix -> text.endsWith((String) suffix));
            case "replace" -> replace(text, arguments.text(0, "old"), arguments.text(1, "new"), arguments.number(2, "count", -1));
            case "join" -> join(text, Values.items(arguments.get(0, "iterable")));
            case "index" -> {
                long at = find(text, text.indexOf(arguments.text(0, "sub")));
                if (at < 0) {
                    throw new TemplateException("'" + arguments.text(0, "sub") + "' is not in the text");
                }
                yield at;
            }
            case "find" -> find(text, text.indexOf(arguments.text(0, "sub")));
            case "rfind" -> find(text, text.lastIndexOf(arguments.text(0, "sub")));
            case "count" -> (long) PythonText.split(text, arguments.text(0, "sub"), -1).size() - 1;
            case "isdigit" -> PythonText.isDigits(text);
            case "isalpha" -> !text.isEmpty() && text.codePoints().allMatch(Character::isLetter);
            case "isupper" -> !text.equals(text.toLowerCase(Locale.ROOT)) && text.equals(text.toUpperCase(Locale.ROOT));
            case "islower" -> !text.equals(text.toUpperCase(Locale.ROOT)) && text.equals(text.toLowerCase(Locale.ROOT));
            case "isspace" -> !text.isEmpty() && text.codePoints().allMatch(PythonText::isSpace);
            case "removeprefix" -> text.startsWith(arguments.text(0, "prefix"))
                    ? text.substring(arguments.text(0, "prefix").length())
                    : text;
            case "removesuffix" -> text.endsWith(arguments.text(0, "suffix"))
                    ? text.substring(0, text.length() - arguments.text(0, "suffix").length())
                    : text;
            case "zfill" -> zeroFilled(text, arguments.number(0, "width", 0));
            default -> format(text, arguments);
        };
    }

    private static List<?> affixes(Arguments arguments) {
        return switch (arguments.get(0, "prefix")) {
            case String text -> List.of(text);
            case List<?> list when list.stream().allMatch(String.class::isInstance) -> list;
            case null, default -> throw new TemplateException("startswith and endswith need a text or several");
        };
    }

    private static long find(String text, int place) {
        return place < 0 ? -1 : text.codePointCount(0, place);
    }

    static String replace(String text, String old, String replacement, long count) {
        if (count < 0 && !old.isEmpty()) {
            return text.replace(old, replacement);
        }
        if (old.isEmpty()) {
            throw new TemplateException("replacing an empty text");
        }
        var result = new StringBuilder();
        int from = 0;
        int at = text.indexOf(old);
        for (long left = count; at >= 0 && left > 0; left--) {
            result.append(text, from, at).append(replacement);
            from = at + old.length();
            at = text.indexOf(old, from);
        }
        return result.append(text.substring(from)).toString();
    }

    static String join(String separator, List<Object> items) {
        var texts = new ArrayList<String>(items.size());
        for (Object item : items) {
            if (!(item instanceof String text)) {
                throw Values.unfit(item, "a text");
            }
            texts.add(text);
        }
        return String.join(separator, texts);
    }

    private static String zeroFilled(String text, long width) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        int missing = Math.clamp(width - PythonText.length(text), 0, 1000);
        return signed ? text.charAt(0) + "0".repeat(missing) + text.substring(1) : "0".repeat(missing) + text;
    }

    /** {@code '{} {0} {name}'.format(…)} without format specifications. */
    private static String format(String text, Arguments arguments) {
        var result = new StringBuilder();
        int next = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c == '{' || c == '}') && i + 1 < text.length() && text.charAt(i + 1) == c) {
                result.append(c);
                i++;
            } else if (c == '{') {
                int end = text.indexOf('}', i);
                if (end < 0) {
                    throw new TemplateException("a single '{' in a format");
                }
                String field = text.substring(i + 1, end);
                int position = field.isEmpty() ? next++ : PythonText.isDigits(field) ? Integer.parseInt(field) : Integer.MAX_VALUE;
                result.append(Values.text(arguments.get(position, field)));
                i = end;
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }
}
