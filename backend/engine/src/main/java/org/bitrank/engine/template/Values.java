package org.bitrank.engine.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Python's meaning of null, booleans, longs, doubles, strings, lists and maps. */
final class Values {
    /** No list or text made by a template may be longer: a template must not fill the memory. */
    static final int MOST = 10_000_000;

    private Values() {}

    static boolean truth(Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Undefined undefined -> {
                undefined.checkUse();
                yield false;
            }
            default -> true;
        };
    }

    /** {@code str(value)}: what an output prints. */
    static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Undefined undefined -> {
                undefined.checkUse();
                yield "";
            }
            case null, default -> inner(value);
        };
    }

    /** {@code repr(value)}: how a value stands inside a printed list. */
    static String inner(Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean flag -> flag ? "True" : "False";
            case Long number -> number.toString();
            case Double number -> number(number);
            case String text -> PythonText.quoted(text);
            case List<?> list -> list.stream().map(Values::inner).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map -> map.entrySet().stream()
                    .map(entry -> inner(entry.getKey()) + ": " + inner(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
            default -> throw new TemplateException("a function cannot be printed");
        };
    }

    /** The shortest digits that read back, with Python's choice of where the exponent form starts. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = exact.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String digits = exact.unscaledValue().abs().toString();
        return (value < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + "e%s%02d".formatted(exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static boolean isWhole(Object value) {
        return value instanceof Long || value instanceof Boolean;
    }

    static long whole(Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean flag -> flag ? 1 : 0;
            case null, default -> throw unfit(value, "a whole number");
        };
    }

    static double real(Object value) {
        return value instanceof Double number ? number : whole(value);
    }

    static TemplateException unfit(Object value, String wanted) {
        if (value instanceof Undefined undefined) {
            return undefined.error();
        }
        return new TemplateException(kind(value) + " where " + wanted + " is needed");
    }

    static String kind(Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean _ -> "a boolean";
            case Long _ -> "a whole number";
            case Double _ -> "a number";
            case String _ -> "a text";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a map";
            case Undefined _ -> "an undefined value";
            default -> "a function";
        };
    }

    static boolean same(Object left, Object right) {
        if (left instanceof Undefined undefined) {
            undefined.checkUse();
            return right instanceof Undefined;
        }
        if (right instanceof Undefined undefined) {
            undefined.checkUse();
            return false;
        }
        if (isNumber(left) && isNumber(right)) {
            return isWhole(left) && isWhole(right) ? whole(left) == whole(right) : real(left) == real(right);
        }
        if (left instanceof List<?> one && right instanceof List<?> other) {
            if (one.size() != other.size()) {
                return false;
            }
            for (int i = 0; i < one.size(); i++) {
                if (!same(one.get(i), other.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (left instanceof Map<?, ?> one && right instanceof Map<?, ?> other) {
            return one.keySet().equals(other.keySet())
                    && one.keySet().stream().allMatch(key -> same(one.get(key), other.get(key)));
        }
        return Objects.equals(left, right);
    }

    static int compare(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            return isWhole(left) && isWhole(right)
                    ? Long.compare(whole(left), whole(right))
                    : Double.compare(real(left), real(right));
        }
        if (left instanceof String one && right instanceof String other) {
            return compareCodePoints(one, other);
        }
        if (left instanceof List<?> one && right instanceof List<?> other) {
            for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
                if (!same(one.get(i), other.get(i))) {
                    return compare(one.get(i), other.get(i));
                }
            }
            return Integer.compare(one.size(), other.size());
        }
        throw new TemplateException(kind(left) + " cannot be compared with " + kind(right));
    }

    private static int compareCodePoints(String one, String other) {
        int i = 0;
        while (i < one.length() && i < other.length() && one.charAt(i) == other.charAt(i)) {
            i++;
        }
        if (i == one.length() || i == other.length()) {
            return Integer.compare(one.length(), other.length());
        }
        return Integer.compare(one.codePointAt(i), other.codePointAt(i));
    }

    static boolean contains(Object container, Object item) {
        return switch (container) {
            case String text when item instanceof String part -> text.contains(part);
            case List<?> list -> list.stream().anyMatch(member -> same(member, item));
            case Map<?, ?> map -> map.containsKey(item);
            case Undefined undefined -> {
                undefined.checkUse();
                yield false;
            }
            case null, default -> throw unfit(container, "something that contains");
        };
    }

    /** What a {@code for} runs over. */
    static List<Object> items(Object value) {
        return switch (value) {
            case List<?> list -> new ArrayList<>(list);
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case String text -> new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
            case Undefined undefined -> {
                undefined.checkUse();
                yield new ArrayList<>();
            }
            case null, default -> throw unfit(value, "a list");
        };
    }

    static long length(Object value) {
        return switch (value) {
            case String text -> PythonText.length(text);
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case Undefined undefined -> {
                undefined.checkUse();
                yield 0;
            }
            case null, default -> throw unfit(value, "something with a length");
        };
    }
}
