package org.bitrank.engine.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What compressed-tensors calls a scheme: how a set of modules is quantized.
 *
 * @param groupSize columns of a group, or 0 for one group a row
 * @param scattered columns are assigned to groups by an index ({@code weight_g_idx})
 */
record QuantizationScheme(int bits, boolean symmetric, int groupSize, boolean scattered) {
    static QuantizationScheme of(QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        AffineGrid grid = (AffineGrid) weight.grid();
        boolean perChannel = weight.groupSize() == weight.columns();
        return new QuantizationScheme(grid.bits(), grid.symmetric(), perChannel ? 0 : weight.groupSize(), weight.groupOfColumn() != null && !perChannel);
    }

    /**
     * The {@code quantization_config} for modules and their schemes. The commonest scheme is that of all linear layers; the
     * modules of the others are named one by one, which readers put before a class.
     *
     * @param unquantized linear layers that stay as they are
     */
    static ObjectNode describe(Map<String, QuantizationScheme> schemes, List<String> unquantized) {
        var modules = new LinkedHashMap<QuantizationScheme, List<String>>();
        schemes.forEach((module, scheme) -> modules.computeIfAbsent(scheme, key -> new ArrayList<>()).add(module));
        var inOrder = new ArrayList<>(modules.keySet());
        inOrder.sort(Comparator.comparingInt(scheme -> -modules.get(scheme).size()));
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.put("quant_method", "compressed-tensors");
        config.put("format", "pack-quantized");
        config.put("quantization_status", "compressed");
        config.putNull("global_compression_ratio");
        config.putNull("kv_cache_scheme");
        ObjectNode groups = config.putObject("config_groups");
        for (int i = 0; i < inOrder.size(); i++) {
            List<String> targets = i == 0 ? List.of("Linear") : modules.get(inOrder.get(i));
            groups.set("group_" + i, inOrder.get(i).describe(targets));
        }
        ArrayNode ignore = config.putArray("ignore");
        var ignored = new ArrayList<>(unquantized);
        if (!ignored.contains("lm_head") && !schemes.containsKey("lm_head")) {
            ignored.add("lm_head");
        }
        ignored.forEach(ignore::add);
        return config;
    }

    private ObjectNode describe(List<String> targets) {
        ObjectNode group = Json.MAPPER.createObjectNode();
        ArrayNode names = group.putArray("targets");
        targets.forEach(names::add);
        ObjectNode weights = group.putObject("weights");
        weights.put("num_bits", bits);
        weights.put("type", "int");
        weights.put("symmetric", symmetric);
        weights.put("strategy", groupSize == 0 ? "channel" : "group");
        if (groupSize == 0) {
            weights.putNull("group_size");
        } else {
            weights.put("group_size", groupSize);
        }
        weights.put("dynamic", false);
        if (scattered) {
            weights.put("actorder", "group");
        }
        group.putNull("input_activations");
        group.putNull("output_activations");
        group.put("format", "pack-quantized");
        return group;
    }
}
