package org.bitrank.engine.checkpoint;

import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.compressed.CompressedTensors;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsSet;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;

/**
 * How other tools' checkpoints want keys and values kept: {@code kv_cache_scheme} of the configuration, and beside each attention
 * scales of keys and of values, one a tensor or one a head. Sources: compressed-tensors' {@code QuantizationConfig} and {@code
 * initialize_attn_qparams}, vLLM's {@code maybe_remap_kv_scale_name}.
 */
public final class StoredKeyValues {
    public static final String SCHEME = "kv_cache_scheme";

    private static final String TENSOR = "tensor";
    private static final String HEAD = "attn_head";

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
        String strategy = strategy(scheme);
        return codes(scheme)
                && !scheme.path("dynamic").asBoolean(false)
                && scheme.path("symmetric").asBoolean(true)
                && (strategy.equals(TENSOR) || strategy.equals(HEAD));
    }

    private static boolean codes(JsonNode scheme) {
        int bits = scheme.path("num_bits").asInt(0);
        return switch (scheme.path("type").asString("")) {
            case "float" -> bits == 8;
            case "int" -> bits >= 2 && bits <= 8;
            default -> false;
        };
    }

    private static String strategy(JsonNode scheme) {
        return scheme.path("strategy").asString(TENSOR);
    }

    /** Whether keys and values are all that the configuration wants coded. */
    static boolean alone(QuantizationConfig quantization) {
        return quantization.method().equals(CompressedTensors.NAME) && scheme(quantization).isPresent()
                && quantization.node().path("config_groups").isEmpty();
    }

    /** @param linear a projection of the attention */
    public static Optional<KeyValueScales> of(SafetensorsSet set, QuantizationConfig quantization, String linear) {
        JsonNode scheme = scheme(quantization).filter(StoredKeyValues::applied).orElse(null);
        if (scheme == null || linear.lastIndexOf('.') < 0) {
            return Optional.empty();
        }
        boolean one = strategy(scheme).equals(TENSOR);
        var type = scheme.path("type").asString("").equals("int") ? ActivationScheme.Type.INT : ActivationScheme.Type.FLOAT;
        var parts = new SafetensorsParts(set, linear.substring(0, linear.lastIndexOf('.')), quantization);
        return NAMES.stream()
                .filter(pair -> pair.stream().allMatch(parts::has))
                .findFirst()
                .map(pair -> new KeyValueScales(type, scheme.path("num_bits").asInt(0), scales(parts, pair.get(0), one), scales(parts, pair.get(1), one)));
    }

    /** Whether a tensor's name is that of the scale of keys. */
    static boolean isKeyScale(String name) {
        return NAMES.stream().anyMatch(pair -> name.endsWith("." + pair.getFirst()));
    }

    /** @param one for all heads, not one each */
    private static float[] scales(SafetensorsParts parts, String part, boolean one) {
        parts.floatType(part);
        float[] numbers = parts.floats(part);
        if (numbers.length == 0 || one && numbers.length != 1) {
            throw BitRankException.badInput("%s must be %s (kv_cache_scheme with strategy %s), but holds %d"
                    .formatted(parts.name(part), one ? "one number" : "a number for each head", one ? TENSOR : HEAD, numbers.length));
        }
        for (float number : numbers) {
            if (!(number > 0) || number == Float.POSITIVE_INFINITY) {
                throw BitRankException.badInput("%s must be finite and above 0, but holds %s; the checkpoint is damaged, get it again".formatted(parts.name(part), number));
            }
        }
        return numbers;
    }
}
