package org.bitrank.engine.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Reads what Python printed: texts, numbers, lists, maps, {@code True}, {@code False}, {@code None}. */
public final class PythonLiteral {
    private PythonLiteral() {}

    /** Throws {@link TemplateException} where the text is anything else. */
    public static Object parse(String text) {
        return value(ExpressionParser.parse(PythonText.strip(text, null)));
    }

    /** As Python prints the value inside a list. */
    public static String print(Object value) {
        return Values.inner(value);
    }

    private static Object value(Expression expression) {
        return switch (expression) {
            case Expression.Literal(Object value) -> value;
            case Expression.Unary(String sign, Expression.Literal(Object number)) -> Arithmetic.sign(sign, number);
            case Expression.ListOf(List<Expression> items) -> {
                var list = new ArrayList<Object>();
                for (Expression item : items) {
                    list.add(value(item));
                }
                yield list;
            }
            case Expression.MapOf(List<Expression> keys, List<Expression> values) -> {
                var map = new LinkedHashMap<Object, Object>();
                for (int i = 0; i < keys.size(); i++) {
                    map.put(value(keys.get(i)), value(values.get(i)));
                }
                yield map;
            }
            default -> throw new TemplateException("not a plain value");
        };
    }
}
