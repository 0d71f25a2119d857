package org.bitrank.engine.checkpoint.compressed;

import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.WritableLayout;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
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

    /**
     * Whether an integer matrix has zero points. Without them it is symmetric, so where the configuration says that it is not they are
     * missing: reading on would make another model of it.
     */
    static boolean hasZeroPoint(SafetensorsParts parts, String part) {
        boolean there = parts.has(part);
        if (!there && parts.quantization().group(parts.module()).filter(CompressedTensorsConfig.Group::asymmetric).isPresent()) {
            throw BitRankException.badInput(("the checkpoint lacks tensor %s, which its config_groups ask for (\"symmetric\": false);"
                    + " get the whole checkpoint, or correct the config").formatted(parts.name(part)));
        }
        return there;
    }

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
