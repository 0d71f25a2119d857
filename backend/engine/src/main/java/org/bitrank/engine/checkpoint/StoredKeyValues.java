package org.bitrank.engine.checkpoint;

import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.compressed.CompressedTensors;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsSet;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;

/**
 * How other tools' checkpoints want keys and values kept: {@code kv_cache_scheme} of the configuration, and for float8 with one
 * scale a tensor two numbers beside each attention. Sources: compressed-tensors' {@code QuantizationConfig}, vLLM's {@code
 * maybe_remap_kv_scale_name}.
 */
public final class StoredKeyValues {
    public static final String SCHEME = "kv_cache_scheme";

    /** What the two scales are called, seen from the attention: compressed-tensors, its releases before 0.9, ModelOpt. */
    private static final List<List<String>> NAMES = List.of(
            List.of("k_scale", "v_scale"), List.of("k_proj.output_scale", "v_proj.output_scale"), List.of("k_proj.k_scale", "v_proj.v_scale"));

    private StoredKeyValues() {}

    /** The scheme, where the configuration has one. */
    static Optional<JsonNode> scheme(QuantizationConfig quantization) {
        return Optional.of(quantization.node().path(SCHEME)).filter(JsonNode::isObject);
    }

    /** Whether the scheme is one that is applied here where its scales are stored. */
    static boolean applied(JsonNode scheme) {
        return scheme.path("type").asString("").equals("float")
                && scheme.path("num_bits").asInt(0) == 8
                && !scheme.path("dynamic").asBoolean(false)
                && scheme.path("symmetric").asBoolean(true)
                && scheme.path("strategy").asString("tensor").equals("tensor");
    }

    /** Whether keys and values are all that the configuration wants coded. */
    static boolean alone(QuantizationConfig quantization) {
        return quantization.method().equals(CompressedTensors.NAME) && scheme(quantization).isPresent()
                && quantization.node().path("config_groups").isEmpty();
    }

    /** @param linear a projection of the attention */
    public static Optional<KeyValueScales> of(SafetensorsSet set, QuantizationConfig quantization, String linear) {
        if (scheme(quantization).filter(StoredKeyValues::applied).isEmpty() || linear.lastIndexOf('.') < 0) {
            return Optional.empty();
        }
        var parts = new SafetensorsParts(set, linear.substring(0, linear.lastIndexOf('.')), quantization);
        return NAMES.stream()
                .filter(pair -> pair.stream().allMatch(parts::has))
                .findFirst()
                .map(pair -> new KeyValueScales(scale(parts, pair.get(0)), scale(parts, pair.get(1))));
    }

    /** Whether a tensor's name is that of the scale of keys. */
    static boolean isKeyScale(String name) {
        return NAMES.stream().anyMatch(pair -> name.endsWith("." + pair.getFirst()));
    }

    private static float scale(SafetensorsParts parts, String part) {
        parts.floatType(part);
        float[] numbers = parts.floats(part);
        if (numbers.length != 1 || !(numbers[0] > 0) || numbers[0] == Float.POSITIVE_INFINITY) {
            throw BitRankException.badInput("%s must be one finite number above 0 (kv_cache_scheme with strategy tensor), but holds %d, the first %s"
                    .formatted(parts.name(part), numbers.length, numbers.length == 0 ? "missing" : numbers[0]));
        }
        return numbers[0];
    }
}
