package org.bitrank.engine.quantize;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a method has to say of single layers, beyond what the recipe says of all: the manifest lists it under {@code notes}. */
public final class QuantizationNotes {
    private final Map<String, ObjectNode> ofLayer = new TreeMap<>();

    /** @param key in snake case, as the manifest's other keys */
    public void put(String layer, String key, double value) {
        put(layer, key, JsonNodeFactory.instance.numberNode(value));
    }

    /** @param key in snake case, as the manifest's other keys */
    public void put(String layer, String key, String value) {
        put(layer, key, JsonNodeFactory.instance.stringNode(value));
    }

    private void put(String layer, String key, JsonNode value) {
        ofLayer.computeIfAbsent(layer, absent -> JsonNodeFactory.instance.objectNode()).set(key, value);
    }

    public boolean isEmpty() {
        return ofLayer.isEmpty();
    }

    /** Layer name to its notes, by name: {@code {"model.layers.0.self_attn.q_proj": {"damping": 0.1}}}. */
    public ObjectNode toJson() {
        var node = JsonNodeFactory.instance.objectNode();
        ofLayer.forEach(node::set);
        return node;
    }
}
