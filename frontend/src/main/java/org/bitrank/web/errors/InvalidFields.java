package org.bitrank.web.errors;

import java.util.Map;

/** A request whose fields can't be accepted, with a message for each. */
public final class InvalidFields extends RuntimeException {
    private final transient Map<String, String> fields;

    public InvalidFields(Map<String, String> fields) {
        super(String.join("; ", fields.entrySet().stream().map(field -> field.getKey() + ": " + field.getValue()).toList()));
        this.fields = Map.copyOf(fields);
    }

    public Map<String, String> fields() {
        return fields;
    }
}
