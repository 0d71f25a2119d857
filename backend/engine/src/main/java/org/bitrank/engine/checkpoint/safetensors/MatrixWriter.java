package org.bitrank.engine.checkpoint.safetensors;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** Writes the quantized matrices of one artifact in one format, and remembers of them what {@code config.json} must say. */
public interface MatrixWriter {
    /**
     * @param module name without {@code .weight}
     * @param activations how the layer's inputs are quantized, or null where they are not
     * @throws org.bitrank.kernels.BitRankException of class UNSUPPORTED when the format cannot hold the matrix
     */
    void put(SafetensorsWriter file, String module, QuantizedWeight weight, ActivationScheme activations);

    /** Whether the format can say that the inputs of a layer with this weight are quantized so. */
    default boolean says(ActivationScheme scheme, QuantizedWeight weight) {
        return false;
    }

    /**
     * The {@code quantization_config} of {@code config.json}, after everything was put.
     *
     * @param unquantized linear layers that stay as they are
     */
    ObjectNode quantizationConfig(List<String> unquantized);

    /** Whether readers of the format find quantized matrices of GPT-2's class {@code Conv1D} too; most replace {@code nn.Linear} alone. */
    default boolean takesConv1d() {
        return false;
    }

    /** Files that readers of the format expect beside {@code config.json}. */
    default Map<String, byte[]> files(ObjectNode quantizationConfig) {
        return new TreeMap<>();
    }
}
