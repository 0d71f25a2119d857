package org.bitrank.engine.checkpoint;

import java.nio.file.Path;
import java.util.Optional;
import org.bitrank.engine.checkpoint.compressed.CompressedTensorsConfig;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code quantization_config} of a checkpoint. It helps where the tensors do not tell everything; which format a matrix
 * is in is decided by its tensors.
 *
 * @param node of {@code config.json}, or AutoGPTQ's own file; empty where there is none
 * @param compressedTensors what compressed-tensors says of each module; without targets in other formats
 */
public record QuantizationConfig(ObjectNode node, CompressedTensorsConfig compressedTensors) {
    /** AutoGPTQ's own file, which older checkpoints have instead. */
    private static final String GPTQ_FILE = "quantize_config.json";

    public static QuantizationConfig of(ObjectNode config, Path directory) {
        String where = directory.toString();
        if (config.path("quantization_config") instanceof ObjectNode node) {
            return new QuantizationConfig(node, CompressedTensorsConfig.parse(node, where));
        }
        ObjectNode beside = ModelFiles.json(directory, GPTQ_FILE).orElseGet(Json.MAPPER::createObjectNode);
        return new QuantizationConfig(beside, CompressedTensorsConfig.NONE);
    }

    boolean present() {
        return !node.isEmpty();
    }

    /** The tool that wrote it, in Hugging Face's words: {@code gptq}; empty where it does not say. */
    public String method() {
        return node.path("quant_method").asString("");
    }

    public Optional<CompressedTensorsConfig.Group> group(String module) {
        return compressedTensors.group(module);
    }
}
