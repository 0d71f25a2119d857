package org.bitrank.engine.checkpoint.compressed;

import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.safetensors.WritableLayout;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** One of the layouts of compressed-tensors. */
interface CompressedLayout extends WritableLayout {
    @Override
    default String format() {
        return CompressedTensors.NAME;
    }

    /** As compressed-tensors calls it: {@code pack-quantized}. */
    String layoutName();

    /** The {@code weights} of the scheme of a matrix that is written in this layout. */
    ObjectNode weights(QuantizedWeight weight);

    /** A scheme's {@code weights} with everything that all layouts say. */
    static ObjectNode weights(int bits, String type, boolean symmetric, String strategy, Integer groupSize) {
        ObjectNode weights = Json.MAPPER.createObjectNode();
        weights.put("num_bits", bits);
        weights.put("type", type);
        weights.put("symmetric", symmetric);
        weights.put("strategy", strategy);
        weights.put("group_size", groupSize);
        weights.put("dynamic", false);
        return weights;
    }
}
