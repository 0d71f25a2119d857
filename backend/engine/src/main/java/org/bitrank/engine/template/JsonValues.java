package org.bitrank.engine.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import tools.jackson.databind.JsonNode;

/** JSON as the values that templates work on: strings, booleans, longs, doubles, lists, maps and null. */
public final class JsonValues {
    private JsonValues() {}

    public static Object of(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL, MISSING -> null;
            case BOOLEAN -> node.booleanValue();
            case STRING -> node.stringValue();
            case NUMBER -> node.isIntegralNumber() && node.canConvertToLong() ? (Object) node.longValue() : (Object) node.doubleValue();
            case ARRAY -> {
                var list = new ArrayList<Object>(node.size());
                node.valueStream().forEach(item -> list.add(of(item)));
                yield list;
            }
            case OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                node.propertyStream().forEach(entry -> map.put(entry.getKey(), of(entry.getValue())));
                yield map;
            }
            default -> throw new TemplateException("a JSON value of an unknown kind");
        };
    }
}
