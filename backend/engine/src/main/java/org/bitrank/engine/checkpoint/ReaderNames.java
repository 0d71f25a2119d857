package org.bitrank.engine.checkpoint;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bitrank.engine.checkpoint.bitrank.BitrankFormat;
import org.bitrank.engine.checkpoint.compressed.CompressedTensors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Names of modules in a {@code quantization_config} as readers look for them. Readers hold these names against the modules that
 * they have built, and releases of transformers and other engines call the parts of a vision-language model differently; so a
 * module of one is named by a pattern that fits what all of them call it.
 */
public final class ReaderNames {
    private final Checkpoint base;
    /** By the name that the files have for a module. */
    private final Map<String, String> patterns = new TreeMap<>();

    public ReaderNames(Checkpoint base) {
        this.base = base;
    }

    /** @param module as {@link WeightSource} knows it */
    public void add(String module) {
        base.modulePattern(module).ifPresent(pattern -> patterns.put(base.storedName(module), pattern));
    }

    /** Puts patterns in the places of names: in lists, and in the keys by which GPTQ's settings differ from module to module. */
    public void apply(ObjectNode config) {
        if (!patterns.isEmpty() && !config.path("quant_method").asString("").equals(BitrankFormat.NAME)) {
            // compressed-tensors says which of its names are patterns; to the others all are.
            rename(config, config.path("quant_method").asString("").equals(CompressedTensors.NAME) ? "re:" : "");
        }
    }

    private void rename(JsonNode node, String mark) {
        if (node instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                String pattern = list.get(i).isString() ? patterns.get(list.get(i).stringValue()) : null;
                if (pattern != null) {
                    list.set(i, mark + pattern);
                }
            }
        } else if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> entry : Map.copyOf(asMap(object)).entrySet()) {
                ofDynamic(entry.getKey()).ifPresent(renamed -> {
                    object.remove(entry.getKey());
                    object.set(renamed, entry.getValue());
                });
                rename(entry.getValue(), mark);
            }
        }
    }

    private static Map<String, JsonNode> asMap(ObjectNode object) {
        var fields = new TreeMap<String, JsonNode>();
        object.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    /** {@code -:^name$} of a module that is left out, {@code +:^name$} of one with settings of its own. */
    private Optional<String> ofDynamic(String key) {
        boolean dynamic = key.length() > 4 && (key.startsWith("-:^") || key.startsWith("+:^")) && key.endsWith("$");
        String pattern = dynamic ? patterns.get(key.substring(3, key.length() - 1).replace("\\.", ".")) : null;
        return Optional.ofNullable(pattern).map(found -> key.substring(0, 2) + found);
    }
}
