package org.bitrank.engine.checkpoint.awq;

import java.util.List;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.SkippedLayers;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** Writes matrices in AWQ's layout {@code gemm}. Its configuration has one group size for all of them. */
final class AwqWriter implements MatrixWriter {
    private final AwqGemm layout = new AwqGemm();
    private boolean headQuantized;
    /** −1: one group a row; 0 before the first matrix. */
    private int groupSize;

    @Override
    public void put(SafetensorsWriter file, String module, QuantizedWeight quantized, ActivationScheme activations) {
        StorageFormats.layoutFor(Awq.NAME, List.of(layout), module, quantized);
        var weight = (GroupedWeight) quantized;
        int size = weight.groups() == 1 ? -1 : weight.groupSize();
        if (groupSize != 0 && size != groupSize) {
            throw StorageFormats.refused(Awq.NAME, module, weight, "it has one group size for all layers, and others have %s, this one %s"
                    .formatted(words(groupSize), words(size)));
        }
        groupSize = size;
        headQuantized |= SkippedLayers.isHead(module);
        layout.write(file, module, weight);
    }

    private static String words(int size) {
        return size < 0 ? "one group a row" : String.valueOf(size);
    }

    @Override
    public ObjectNode quantizationConfig(List<String> unquantized) {
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.put("quant_method", Awq.NAME);
        config.put("bits", AwqLayout.BITS);
        config.put("group_size", groupSize);
        config.put("version", "gemm");
        config.put("zero_point", true);
        SkippedLayers.put(config, "modules_to_not_convert", unquantized, headQuantized);
        return config;
    }
}
