package org.bitrank.engine.checkpoint.bitrank;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes matrices in our own layouts. The tensors tell everything; {@code config.json} names the kinds for people. */
final class BitrankWriter implements MatrixWriter {
    private static final int VERSION = 1;

    private final List<BitrankLayout> layouts;
    private final Map<String, List<String>> modulesOfKind = new TreeMap<>();

    BitrankWriter(List<BitrankLayout> layouts) {
        this.layouts = layouts;
    }

    @Override
    public void put(SafetensorsWriter file, String module, QuantizedWeight weight, ActivationScheme activations) {
        BitrankLayout layout = StorageFormats.layoutFor(BitrankFormat.NAME, layouts, module, weight);
        layout.write(file, module, weight);
        modulesOfKind.computeIfAbsent(layout.kind(), kind -> new ArrayList<>()).add(module);
    }

    @Override
    public ObjectNode quantizationConfig(List<String> unquantized) {
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.put("quant_method", BitrankFormat.NAME);
        config.put("version", VERSION);
        ObjectNode modules = config.putObject("modules");
        modulesOfKind.forEach((kind, names) -> {
            ArrayNode list = modules.putArray(kind);
            names.forEach(list::add);
        });
        return config;
    }

    /** What we read back knows both classes by their matrices alone. */
    @Override
    public boolean takesConv1d() {
        return true;
    }
}
