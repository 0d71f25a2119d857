package org.bitrank.engine.checkpoint.bitsandbytes;

import java.util.List;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.SkippedLayers;
import org.bitrank.engine.checkpoint.safetensors.WritableLayout;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** Writes matrices in bitsandbytes' layouts. Its configuration has one kind for all of them. */
final class BitsandbytesWriter implements MatrixWriter {
    /** Inputs above it are multiplied in float16: the default of LLM.int8. */
    private static final double USUAL_THRESHOLD = 6;

    private final List<WritableLayout> layouts = new Bitsandbytes().layouts();
    /** {@code nf4}, {@code fp4} or {@code int8}; null before the first matrix. */
    private String kind;
    private boolean nested;
    private double threshold = USUAL_THRESHOLD;
    private boolean headQuantized;

    @Override
    public void put(SafetensorsWriter file, String module, QuantizedWeight quantized, ActivationScheme activations) {
        WritableLayout layout = StorageFormats.layoutFor(Bitsandbytes.NAME, layouts, module, quantized);
        var weight = (GroupedWeight) quantized;
        String own = layout instanceof BnbInt8 ? "int8" : weight.grid().toString();
        boolean ownNested = weight.scales() instanceof GroupNumbers.DoubleQuantized;
        if (kind != null && (!kind.equals(own) || nested != ownNested)) {
            throw StorageFormats.refused(Bitsandbytes.NAME, module, weight, "it has one kind for all layers, and others are %s%s, this one %s%s"
                    .formatted(kind, nested ? " double" : "", own, ownNested ? " double" : ""));
        }
        kind = own;
        nested = ownNested;
        headQuantized |= SkippedLayers.isHead(module);
        layout.write(file, module, weight);
    }

    /** Its eight-bit layers round their inputs as LLM.int8() does, whether a recipe says it or not; others never do. */
    @Override
    public boolean says(ActivationScheme scheme, QuantizedWeight weight) {
        boolean own = new BnbInt8().refusal(weight).isEmpty()
                && scheme.type() == ActivationScheme.Type.INT
                && scheme.bits() == 8
                && scheme.granularity() == ActivationScheme.Granularity.TOKEN
                && scheme.symmetric()
                && scheme.clipRatio() == 1;
        if (own) {
            threshold = scheme.outlierThreshold();
        }
        return own;
    }

    @Override
    public ObjectNode quantizationConfig(List<String> unquantized) {
        boolean eight = kind.equals("int8");
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.put("quant_method", Bitsandbytes.NAME);
        config.put("load_in_8bit", eight);
        config.put("load_in_4bit", !eight);
        config.put("_load_in_8bit", eight);
        config.put("_load_in_4bit", !eight);
        config.put("bnb_4bit_compute_dtype", "float16");
        config.put("bnb_4bit_quant_storage", "uint8");
        config.put("bnb_4bit_quant_type", eight ? "fp4" : kind);
        config.put("bnb_4bit_use_double_quant", nested);
        config.put("llm_int8_enable_fp32_cpu_offload", false);
        config.put("llm_int8_has_fp16_weight", false);
        config.put("llm_int8_threshold", threshold);
        SkippedLayers.put(config, "llm_int8_skip_modules", unquantized, headQuantized);
        return config;
    }
}
