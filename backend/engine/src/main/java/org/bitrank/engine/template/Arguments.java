package org.bitrank.engine.template;

import java.util.List;
import java.util.Map;

/** What a function, a filter or a test was called with. */
public record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    /** The argument at a position or of a name, or {@code otherwise} where neither was given. */
    public Object get(int position, String name, Object otherwise) {
        if (position < positional.size()) {
            return positional.get(position);
        }
        return named.containsKey(name) ? named.get(name) : otherwise;
    }

    public Object get(int position, String name) {
        Object value = get(position, name, Undefined.MISSING);
        if (value == Undefined.MISSING) {
            throw new TemplateException("the argument '" + name + "' is missing");
        }
        return value;
    }

    String text(int position, String name) {
        if (get(position, name) instanceof String text) {
            return text;
        }
        throw new TemplateException("the argument '" + name + "' must be a text");
    }

    long number(int position, String name, long otherwise) {
        return switch (get(position, name, otherwise)) {
            case Long number -> number;
            case Boolean flag -> flag ? 1 : 0;
            case null, default -> throw new TemplateException("the argument '" + name + "' must be a whole number");
        };
    }

    boolean flag(int position, String name, boolean otherwise) {
        return Values.truth(get(position, name, otherwise));
    }

    int count() {
        return positional.size() + named.size();
    }

    Arguments tail() {
        return new Arguments(positional.subList(1, positional.size()), named);
    }
}
