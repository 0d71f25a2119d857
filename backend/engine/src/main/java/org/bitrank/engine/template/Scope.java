package org.bitrank.engine.template;

import java.util.HashMap;
import java.util.Map;

/** The names that are visible at a place of the template. */
final class Scope {
    private final Scope outer;
    private final Map<String, Object> values = new HashMap<>();

    Scope(Scope outer) {
        this.outer = outer;
    }

    Object get(String name, Object otherwise) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            if (scope.values.containsKey(name)) {
                return scope.values.get(name);
            }
        }
        return otherwise;
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
