package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a checkpoint wants done while the model runs, beside its layers' products: the {@code bitrank} object of its
 * {@code config.json}, which says what no other tool's words can say. docs/formats.md describes it.
 *
 * @param inputs rules for the inputs of linear layers
 * @param queriesAndKeys transform of every query and key head behind the rotary embedding, or null
 * @param keyValues how keys and values are quantized, or null
 * @param integerBits of what integer-only operators pass on between each other; 0 where numbers are floating
 */
public record OnlineSteps(List<InputRule> inputs, HadamardTransform queriesAndKeys, KeyValueScheme keyValues, int integerBits) {
    public static final OnlineSteps NONE = new OnlineSteps(List.of(), null, null, 0);

    /** The key in {@code config.json}. */
    public static final String KEY = "bitrank";

    /**
     * One rule for the inputs of the layers that one of {@code modules} {@linkplain ModulePattern matches}.
     *
     * @param transform or null
     * @param activations what the transformed input is rounded to, or null
     */
    public record InputRule(List<String> modules, HadamardTransform transform, ActivationScheme activations) {
        boolean matches(String linear) {
            return modules.stream().anyMatch(entry -> ModulePattern.matches(entry, linear));
        }
    }

    public boolean isEmpty() {
        return inputs.isEmpty() && queriesAndKeys == null && keyValues == null && integerBits == 0;
    }

    /** The transform in front of a layer, or null. */
    public HadamardTransform transform(String linear) {
        return inputs.stream()
                .filter(rule -> rule.transform() != null && rule.matches(linear))
                .map(InputRule::transform)
                .findFirst()
                .orElse(null);
    }

    /** What a layer's input is rounded to, or null. */
    public ActivationScheme activations(String linear) {
        return inputs.stream()
                .filter(rule -> rule.activations() != null && rule.matches(linear))
                .map(InputRule::activations)
                .findFirst()
                .orElse(null);
    }

    public OnlineSteps withInputs(List<InputRule> more) {
        var all = new ArrayList<>(inputs);
        all.addAll(more);
        return new OnlineSteps(List.copyOf(all), queriesAndKeys, keyValues, integerBits);
    }

    public OnlineSteps withKeyValues(KeyValueScheme scheme) {
        return new OnlineSteps(inputs, queriesAndKeys, scheme, integerBits);
    }

    public OnlineSteps withIntegerOperators(int bits) {
        return new OnlineSteps(inputs, queriesAndKeys, keyValues, bits);
    }

    boolean integersOnly() {
        return integerBits > 0;
    }

    /** @param config {@code config.json} */
    public static OnlineSteps of(ObjectNode config) {
        if (!(config.get(KEY) instanceof ObjectNode node)) {
            return NONE;
        }
        try {
            var rules = new ArrayList<InputRule>();
            for (JsonNode rule : node.path("inputs")) {
                var modules = new ArrayList<String>();
                rule.path("modules").forEach(module -> modules.add(module.stringValue()));
                rules.add(new InputRule(List.copyOf(modules), transform(rule.get("hadamard")), activations(rule.get("activations"))));
            }
            return new OnlineSteps(
                    List.copyOf(rules),
                    transform(node.get("queries_and_keys")),
                    keyValues(node.get("kv_cache")),
                    node.has("integer_operators") ? node.get("integer_operators").required("bits").intValue() : 0);
        } catch (RuntimeException malformed) {
            throw BitRankException.badInput(
                    "config.json: its object '" + KEY + "' is not as this release writes it: " + malformed.getMessage(), malformed);
        }
    }

    private static HadamardTransform transform(JsonNode node) {
        return node == null ? null : new HadamardTransform(node.required("order").intValue(), node.required("stride").intValue());
    }

    private static ActivationScheme activations(JsonNode node) {
        if (node == null) {
            return null;
        }
        return new ActivationScheme(
                ActivationScheme.Type.valueOf(node.required("type").stringValue().toUpperCase(Locale.ROOT)),
                node.required("bits").intValue(),
                ActivationScheme.Granularity.valueOf(node.required("granularity").stringValue().toUpperCase(Locale.ROOT)),
                node.required("group_size").intValue(),
                node.required("symmetric").booleanValue(),
                node.required("dynamic").booleanValue(),
                node.required("clip_ratio").doubleValue(),
                node.required("outlier_threshold").doubleValue(),
                null,
                null);
    }

    private static KeyValueScheme keyValues(JsonNode node) {
        return node == null
                ? null
                : new KeyValueScheme(
                        node.required("bits").intValue(),
                        node.required("group_size").intValue(),
                        node.required("symmetric").booleanValue(),
                        node.required("clip_ratio").doubleValue());
    }

    public ObjectNode toJson() {
        var node = JsonNodeFactory.instance.objectNode();
        var rules = node.putArray("inputs");
        for (InputRule rule : inputs) {
            var described = rules.addObject();
            var modules = described.putArray("modules");
            rule.modules().forEach(modules::add);
            put(described, "hadamard", rule.transform());
            if (rule.activations() != null) {
                ActivationScheme scheme = rule.activations();
                described.putObject("activations")
                        .put("type", scheme.type().name().toLowerCase(Locale.ROOT))
                        .put("bits", scheme.bits())
                        .put("granularity", scheme.granularity().name().toLowerCase(Locale.ROOT))
                        .put("group_size", scheme.groupSize())
                        .put("symmetric", scheme.symmetric())
                        .put("dynamic", scheme.dynamic())
                        .put("clip_ratio", scheme.clipRatio())
                        .put("outlier_threshold", scheme.outlierThreshold());
            }
        }
        put(node, "queries_and_keys", queriesAndKeys);
        if (keyValues != null) {
            node.putObject("kv_cache")
                    .put("bits", keyValues.bits())
                    .put("group_size", keyValues.groupSize())
                    .put("symmetric", keyValues.symmetric())
                    .put("clip_ratio", keyValues.clipRatio());
        }
        if (integersOnly()) {
            node.putObject("integer_operators").put("bits", integerBits);
        }
        return node;
    }

    private static void put(ObjectNode node, String key, HadamardTransform transform) {
        if (transform != null) {
            node.putObject(key).put("order", transform.order()).put("stride", transform.stride());
        }
    }
}
