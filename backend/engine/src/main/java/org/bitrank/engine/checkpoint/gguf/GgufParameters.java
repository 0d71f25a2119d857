package org.bitrank.engine.checkpoint.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What GGUF's metadata say of a model, from its {@code config.json} in either spelling; the other way round is {@link GgufConfig}. */
final class GgufParameters {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final double DEFAULT_THETA = 10_000;
    private static final Set<String> FAMILIES = Set.of("llama", "mistral", "qwen2", "qwen3");

    private final ObjectNode config;
    private final JsonNode rope;
    private final String architecture;

    /** Why llama.cpp would compute a model of this configuration differently, or not at all; empty where it computes it. */
    static Optional<String> refusal(ObjectNode config) {
        try {
            new GgufParameters(config);
            return Optional.empty();
        } catch (BitRankException refused) {
            return Optional.of(refused.getMessage());
        }
    }

    /** Throws {@code BitRankException} of class UNSUPPORTED for models that llama.cpp would compute differently, or not at all. */
    GgufParameters(ObjectNode config) {
        this.config = config;
        String type = config.path("model_type").asString("");
        if (type.startsWith("llava")) {
            throw BitRankException.unsupported(("a vision-language model ('%s') is not written as GGUF: llama.cpp keeps vision tower and projector"
                    + " in a file of their own (mmproj); choose compressed-tensors or another format of safetensors").formatted(type));
        }
        if (!FAMILIES.contains(type)) {
            throw BitRankException.unsupported("models of type '%s' are not written as GGUF; llama, mistral, qwen2 and qwen3 are".formatted(type));
        }
        // llama.cpp's converter writes Mistral as llama, and so do its readers expect it.
        this.architecture = type.equals("mistral") ? "llama" : type;
        this.rope = config.path("rope_parameters").isObject() ? config.path("rope_parameters") : config.path("rope_scaling");
        if (config.has("bitrank")) {
            throw BitRankException.unsupported("GGUF has no place for what this model does to activations, keys or values while it runs;"
                    + " leave activations and kv-cache out of the recipe, or choose another format");
        }
    }

    boolean permutesQueriesAndKeys() {
        return GgufConfig.permutesQueriesAndKeys(architecture);
    }

    int heads() {
        return require("num_attention_heads");
    }

    int keyValueHeads() {
        return config.path("num_key_value_heads").isInt() ? require("num_key_value_heads") : heads();
    }

    private int headSize() {
        return config.path("head_dim").isInt() ? require("head_dim") : require("hidden_size") / heads();
    }

    /** @param fileType the number that llama.cpp has for what most of the file's matrices are */
    Map<String, Object> metadata(int fileType) {
        var values = new LinkedHashMap<String, Object>();
        values.put("general.architecture", architecture);
        values.put("general.type", "model");
        values.put("general.quantization_version", 2);
        values.put("general.file_type", fileType);
        values.put(GgufSource.WRITER, GgufSource.WRITER_NAME);
        values.put(architecture + ".block_count", require("num_hidden_layers"));
        values.put(architecture + ".context_length", require("max_position_embeddings"));
        values.put(architecture + ".embedding_length", require("hidden_size"));
        values.put(architecture + ".feed_forward_length", require("intermediate_size"));
        values.put(architecture + ".attention.head_count", heads());
        values.put(architecture + ".attention.head_count_kv", keyValueHeads());
        values.put(architecture + ".attention.key_length", headSize());
        values.put(architecture + ".attention.value_length", headSize());
        values.put(architecture + ".attention.layer_norm_rms_epsilon", (float) config.path("rms_norm_eps").asDouble(1e-6));
        values.put(architecture + ".rope.dimension_count", headSize());
        values.put(architecture + ".rope.freq_base", (float) theta());
        values.put(architecture + ".vocab_size", require("vocab_size"));
        window().ifPresent(window -> values.put(architecture + ".attention.sliding_window", window));
        scaling(values);
        return values;
    }

    private double theta() {
        return rope.path("rope_theta").asDouble(config.path("rope_theta").asDouble(DEFAULT_THETA));
    }

    private Optional<Integer> window() {
        JsonNode window = config.path("sliding_window");
        boolean off = config.path("model_type").asString("").startsWith("qwen") && !config.path("use_sliding_window").asBoolean(false);
        return window.isInt() && !off ? Optional.of(window.intValue()) : Optional.empty();
    }

    private String scalingType() {
        return rope.path("rope_type").asString(rope.path("type").asString("default"));
    }

    private void scaling(Map<String, Object> values) {
        String prefix = architecture + ".rope.scaling.";
        switch (scalingType()) {
            case "default", "llama3" -> {}
            case "linear" -> {
                values.put(prefix + "type", "linear");
                values.put(prefix + "factor", (float) number("factor"));
            }
            default -> throw BitRankException.unsupported(
                    "rotary scaling '%s' is not written as GGUF; default, linear and llama3 are".formatted(scalingType()));
        }
    }

    /** By how much each frequency is divided, float32: GGUF's {@code rope_freqs.weight}. Only for llama3's scaling. */
    Optional<MemorySegment> frequencyFactors() {
        if (!scalingType().equals("llama3")) {
            return Optional.empty();
        }
        double factor = number("factor");
        double low = number("low_freq_factor");
        double high = number("high_freq_factor");
        double original = number("original_max_position_embeddings");
        int pairs = headSize() / 2;
        MemorySegment factors = MemorySegment.ofArray(new byte[pairs * Float.BYTES]);
        for (int i = 0; i < pairs; i++) {
            double wavelength = 2 * Math.PI * Math.pow(theta(), (double) i / pairs);
            double smooth = Math.clamp((original / wavelength - low) / (high - low), 0, 1);
            factors.setAtIndex(FLOAT, i, (float) (1 / ((1 - smooth) / factor + smooth)));
        }
        return Optional.of(factors);
    }

    private double number(String key) {
        JsonNode value = rope.path(key);
        if (!value.isNumber() || !(value.doubleValue() > 0)) {
            throw BitRankException.badInput("config.json: the rotary scaling needs a positive " + key);
        }
        return value.doubleValue();
    }

    private int require(String key) {
        JsonNode value = config.path(key);
        if (!value.isInt() || value.intValue() < 1) {
            throw BitRankException.badInput("config.json: %s is missing or no positive number".formatted(key));
        }
        return value.intValue();
    }
}
