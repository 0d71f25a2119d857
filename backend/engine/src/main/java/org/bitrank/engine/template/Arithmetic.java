package org.bitrank.engine.template;

import java.util.ArrayList;
import java.util.List;

/** {@code + - * / // % **} as Python has them. */
final class Arithmetic {
    private Arithmetic() {}

    static Object apply(String sign, Object left, Object right) {
        if (left instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (sign.equals("+") && left instanceof String one && right instanceof String other) {
            return one + other;
        }
        if (sign.equals("+") && left instanceof List<?> one && right instanceof List<?> other) {
            var sum = new ArrayList<Object>(one);
            sum.addAll(other);
            return sum;
        }
        if (sign.equals("*") && Values.isWhole(right) && (left instanceof String || left instanceof List)) {
            return repeated(left, Values.whole(right));
        }
        if (sign.equals("*") && Values.isWhole(left) && (right instanceof String || right instanceof List)) {
            return repeated(right, Values.whole(left));
        }
        if (!Values.isNumber(left) || !Values.isNumber(right)) {
            throw new TemplateException("'%s' between %s and %s".formatted(sign, Values.kind(left), Values.kind(right)));
        }
        try {
            return Values.isWhole(left) && Values.isWhole(right)
                    ? whole(sign, Values.whole(left), Values.whole(right))
                    : (Object) real(sign, Values.real(left), Values.real(right));
        } catch (ArithmeticException e) {
            throw new TemplateException("'%s %s %s' has no result: %s".formatted(left, sign, right, e.getMessage()));
        }
    }

    static Object sign(String sign, Object value) {
        if (!Values.isNumber(value)) {
            throw Values.unfit(value, "a number");
        }
        boolean minus = sign.equals("-");
        return Values.isWhole(value)
                ? (Object) (minus ? Math.negateExact(Values.whole(value)) : Values.whole(value))
                : (Object) (minus ? -Values.real(value) : Values.real(value));
    }

    private static Object whole(String sign, long left, long right) {
        return switch (sign) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "/" -> real("/", left, right);
            case "//" -> Math.floorDiv(left, right);
            case "%" -> Math.floorMod(left, right);
            default -> right < 0 ? (Object) Math.pow(left, right) : (Object) power(left, right);
        };
    }

    private static long power(long base, long exponent) {
        long result = 1;
        for (long i = 0; i < exponent; i++) {
            result = Math.multiplyExact(result, base);
            if (result == 1 || result == 0) {
                break;
            }
            if (result == -1) {
                return (exponent & 1) == 0 ? 1 : -1;
            }
        }
        return result;
    }

    private static double real(String sign, double left, double right) {
        if (right == 0 && (sign.equals("/") || sign.equals("//") || sign.equals("%"))) {
            throw new ArithmeticException("division by zero");
        }
        return switch (sign) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - right * Math.floor(left / right);
            default -> Math.pow(left, right);
        };
    }

    private static Object repeated(Object value, long times) {
        int count = Math.clamp(times, 0, Values.MOST);
        long size = (value instanceof String text ? text.length() : ((List<?>) value).size()) * (long) count;
        if (size > Values.MOST || times > Values.MOST) {
            throw new TemplateException("a repetition with " + size + " parts");
        }
        if (value instanceof String text) {
            return text.repeat(count);
        }
        var list = new ArrayList<Object>();
        for (int i = 0; i < count; i++) {
            list.addAll((List<?>) value);
        }
        return list;
    }
}
