package org.bitrank.engine.checkpoint.hqq;

import java.util.List;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.SkippedLayers;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** Writes matrices in HQQ's layout. Every module carries its settings; the configuration repeats those of the first. */
final class HqqWriter implements MatrixWriter {
    private final HqqLayout layout = new HqqLayout();
    private ObjectNode settings;
    private boolean headQuantized;

    @Override
    public void put(SafetensorsWriter file, String module, QuantizedWeight weight, ActivationScheme activations) {
        StorageFormats.layoutFor(Hqq.NAME, List.of(layout), module, weight).write(file, module, weight);
        headQuantized |= SkippedLayers.isHead(module);
        if (settings == null) {
            settings = settings((GroupedWeight) weight);
        }
    }

    private static ObjectNode settings(GroupedWeight weight) {
        ObjectNode settings = Json.MAPPER.createObjectNode();
        settings.put("nbits", weight.grid().bits());
        settings.put("group_size", weight.rows() * weight.columns() / weight.scales().count());
        settings.put("axis", weight.layout() instanceof GroupLayout.Strided ? 0 : 1);
        settings.put("channel_wise", true);
        settings.put("optimize", true);
        settings.put("round_zero", false);
        return settings;
    }

    @Override
    public ObjectNode quantizationConfig(List<String> unquantized) {
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.put("quant_method", Hqq.NAME);
        config.putObject("quant_config").set("weight_quant_params", settings);
        SkippedLayers.put(config, "skip_modules", unquantized, headQuantized);
        return config;
    }
}
