package org.bitrank.engine.checkpoint.compressed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.SkippedLayers;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes matrices in compressed-tensors' layouts and tells the scheme of each module. */
final class CompressedTensorsWriter implements MatrixWriter {
    /** What compressed-tensors calls a scheme: how a set of modules is quantized. */
    private record Scheme(String layout, ObjectNode weights, ObjectNode activations) {}

    private final String format;
    private final List<CompressedLayout> layouts;
    private final Map<String, Scheme> schemes = new LinkedHashMap<>();

    CompressedTensorsWriter(String format, List<CompressedLayout> layouts) {
        this.format = format;
        this.layouts = layouts;
    }

    @Override
    public void put(SafetensorsWriter file, String module, QuantizedWeight weight, ActivationScheme activations) {
        CompressedLayout layout = layout(module, weight, activations);
        layout.write(file, module, weight);
        schemes.put(module, new Scheme(layout.layoutName(), layout.weights(weight), activations == null ? null : describe(activations)));
    }

    /** It knows neither clipping nor outliers nor cube roots, and no scales for each input channel. */
    @Override
    public boolean says(ActivationScheme scheme, QuantizedWeight weight) {
        return scheme.type() != ActivationScheme.Type.CUBE_ROOT
                && scheme.clipRatio() == 1
                && scheme.outlierThreshold() == 0
                && scheme.granularity() != ActivationScheme.Granularity.CHANNEL;
    }

    /** Eight-bit integers whose inputs are integers too are not packed: that is how kernels for both take them. */
    private CompressedLayout layout(String module, QuantizedWeight weight, ActivationScheme activations) {
        CompressedLayout layout = StorageFormats.layoutFor(format, layouts, module, weight);
        boolean bytes = activations != null && layout instanceof PackQuantized && weight.nominalBits() == Byte.SIZE;
        var plain = new IntQuantized();
        return bytes && plain.refusal(weight).isEmpty() ? plain : layout;
    }

    private static ObjectNode describe(ActivationScheme scheme) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("num_bits", scheme.bits());
        node.put("type", scheme.type().name().toLowerCase(Locale.ROOT));
        node.put("symmetric", scheme.symmetric());
        node.put("strategy", scheme.granularity().name().toLowerCase(Locale.ROOT));
        node.put("group_size", scheme.groupSize() == 0 ? null : (Integer) scheme.groupSize());
        node.put("dynamic", scheme.dynamic());
        return node;
    }

    /**
     * The commonest scheme is that of all linear layers; the modules of the others are named one by one, which readers put
     * before a class.
     */
    @Override
    public ObjectNode quantizationConfig(List<String> unquantized) {
        var modules = new LinkedHashMap<Scheme, List<String>>();
        schemes.forEach((module, scheme) -> modules.computeIfAbsent(scheme, key -> new ArrayList<>()).add(module));
        var inOrder = new ArrayList<>(modules.keySet());
        inOrder.sort(Comparator.comparingInt(scheme -> -modules.get(scheme).size()));
        boolean same = inOrder.stream().map(Scheme::layout).distinct().count() == 1;
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.put("quant_method", CompressedTensors.NAME);
        config.put("format", same ? inOrder.getFirst().layout() : "mixed-precision");
        config.put("quantization_status", "compressed");
        config.putNull("global_compression_ratio");
        config.putNull("kv_cache_scheme");
        ObjectNode groups = config.putObject("config_groups");
        for (int i = 0; i < inOrder.size(); i++) {
            List<String> targets = i == 0 ? List.of("Linear") : modules.get(inOrder.get(i));
            groups.set("group_" + i, group(inOrder.get(i), targets));
        }
        SkippedLayers.put(config, "ignore", unquantized, schemes.keySet().stream().anyMatch(SkippedLayers::isHead));
        return config;
    }

    private static ObjectNode group(Scheme scheme, List<String> targets) {
        ObjectNode group = Json.MAPPER.createObjectNode();
        ArrayNode names = group.putArray("targets");
        targets.forEach(names::add);
        group.set("weights", scheme.weights());
        group.set("input_activations", scheme.activations());
        group.putNull("output_activations");
        group.put("format", scheme.layout());
        return group;
    }
}
