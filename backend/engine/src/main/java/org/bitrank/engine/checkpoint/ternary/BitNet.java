package org.bitrank.engine.checkpoint.ternary;

import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.QuantizationConfig;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFormat;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsSource;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.SkippedLayers;
import org.bitrank.engine.checkpoint.safetensors.StoredActivations;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.InputNorm;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** BitNet's ternary format as transformers reads it, whose layers round their inputs to eight bits a token. */
public final class BitNet implements SafetensorsFormat {
    public static final String NAME = "bitnet";
    private static final String NORM = "rms_norm.weight";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "BitNet: ternary matrices with one scale each, four codes a byte.";
    }

    @Override
    public List<BitNetLayout> layouts() {
        return List.of(new BitNetLayout(true));
    }

    /** Refuses what the configuration says of BitNet's layers and is not done here. */
    public static void check(ObjectNode config, QuantizationConfig quantization, SafetensorsSource source) {
        BitNetConfig.check(config, quantization, source);
    }

    /** The norm of a layer of BitNet, where it has one. */
    public static Optional<InputNorm> inputNorm(SafetensorsParts parts) {
        if (!isLayer(parts)) {
            return Optional.empty();
        }
        BitNetConfig config = BitNetConfig.of(parts.quantization());
        if (!config.norm()) {
            return Optional.empty();
        }
        parts.floatType(NORM);
        return Optional.of(new InputNorm(parts.floats(NORM), config.normEpsilon()));
    }

    /** Whether a quantized matrix is one of BitNet's layers, all of which round their inputs. */
    public static boolean isLayer(SafetensorsParts parts) {
        return parts.quantization().method().equals(NAME) && (new BitNetLayout(true).marks(parts) || new BitNetFloats().holds(parts));
    }

    @Override
    public MatrixWriter writer() {
        return new Writer();
    }

    private static final class Writer implements MatrixWriter {
        /** Of the first matrix: all have one class. Null before it. */
        private BitNetLayout layout;
        private boolean multiplying;
        private boolean headQuantized;

        @Override
        public void put(SafetensorsWriter file, String module, QuantizedWeight weight, ActivationScheme activations) {
            if (layout == null) {
                multiplying = !(weight instanceof GroupedWeight grouped && grouped.scales() instanceof GroupNumbers.Reciprocal);
                layout = new BitNetLayout(multiplying);
            }
            StorageFormats.layoutFor(NAME, List.of(layout), module, weight).write(file, module, weight);
            headQuantized |= SkippedLayers.isHead(module);
        }

        @Override
        public boolean says(ActivationScheme scheme, QuantizedWeight weight) {
            return scheme.equals(StoredActivations.BITNET);
        }

        @Override
        public ObjectNode quantizationConfig(List<String> unquantized) {
            ObjectNode config = Json.MAPPER.createObjectNode();
            config.put("quant_method", NAME);
            config.put("linear_class", multiplying ? BitNetLayout.MULTIPLYING : "bitlinear");
            config.put("quantization_mode", "offline");
            SkippedLayers.put(config, "modules_to_not_convert", unquantized, headQuantized);
            return config;
        }
    }
}
