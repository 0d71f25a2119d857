package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.checkpoint.ConfigSizes;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Typed access to {@code config.json}; what is wrong with a field is said with the field's name. */
record ConfigFields(ObjectNode node, String where) {
    boolean has(String key) {
        JsonNode value = node.get(key);
        return value != null && !value.isNull();
    }

    /** True when the key is written, be it as {@code null}. */
    boolean mentions(String key) {
        return node.has(key);
    }

    /** The first of these keys that has a value; where none has, the first, for what is said of its absence. */
    String firstOf(String... keys) {
        for (String key : keys) {
            if (has(key)) {
                return key;
            }
        }
        return keys[0];
    }

    int size(String key) {
        if (!has(key)) {
            throw BitRankException.badInput(where + " has no " + key);
        }
        JsonNode value = node.get(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1 || value.intValue() > ConfigSizes.most(key)) {
            throw ConfigSizes.refused(where, key, value);
        }
        return value.intValue();
    }

    int size(String key, int otherwise) {
        return has(key) ? size(key) : otherwise;
    }

    double number(String key) {
        if (!has(key)) {
            throw BitRankException.badInput(where + " has no " + key);
        }
        JsonNode value = node.get(key);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw BitRankException.badInput(where + ": " + key + " must be a number, not " + value);
        }
        return value.doubleValue();
    }

    double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    double positive(String key) {
        double value = number(key);
        if (value <= 0) {
            throw BitRankException.badInput(where + ": " + key + " must be above zero, not " + value);
        }
        return value;
    }

    boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = node.get(key);
        if (!value.isBoolean()) {
            throw BitRankException.badInput(where + ": " + key + " must be true or false, not " + value);
        }
        return value.booleanValue();
    }

    String text(String key, String otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = node.get(key);
        if (!value.isString()) {
            throw BitRankException.badInput(where + ": " + key + " must be a string, not " + value);
        }
        return value.stringValue();
    }

    /** Values of a list, or the one value that stands in its place; empty where there is none. */
    List<JsonNode> list(String key) {
        var values = new ArrayList<JsonNode>();
        if (has(key)) {
            JsonNode value = node.get(key);
            if (value.isArray()) {
                value.forEach(values::add);
            } else {
                values.add(value);
            }
        }
        return values;
    }

    float[] numbers(String key) {
        List<JsonNode> values = list(key);
        var numbers = new float[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!values.get(i).isNumber()) {
                throw BitRankException.badInput(where + ": " + key + " must be a list of numbers");
            }
            numbers[i] = values.get(i).floatValue();
        }
        return numbers;
    }

    /** The object under {@code key}, or null. */
    ConfigFields object(String key) {
        return has(key) && node.get(key) instanceof ObjectNode child ? new ConfigFields(child, where + " " + key) : null;
    }
}
