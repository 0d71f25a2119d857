package org.bitrank.engine.checkpoint.gptq;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.SkippedLayers;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** Writes matrices in GPTQ's layout; modules that differ from the commonest settings are named in {@code dynamic}. */
final class GptqWriter implements MatrixWriter {
    /** @param groupSize −1: one group a row */
    private record Settings(int bits, int groupSize, boolean symmetric, boolean scattered) {}

    private final String format;
    private final GptqZeros zeros;
    private final GptqLayout layout;
    private final Map<String, Settings> modules = new LinkedHashMap<>();

    GptqWriter(String format, GptqZeros zeros) {
        this.format = format;
        this.zeros = zeros;
        this.layout = new GptqLayout(zeros);
    }

    @Override
    public void put(SafetensorsWriter file, String module, QuantizedWeight quantized, ActivationScheme activations) {
        StorageFormats.layoutFor(format, List.of(layout), module, quantized).write(file, module, quantized);
        var weight = (GroupedWeight) quantized;
        int groupSize = weight.groups() == 1 ? -1 : weight.groupSize();
        modules.put(module, new Settings(weight.grid().bits(), groupSize, weight.zeros() == null, weight.groupOfColumn() != null));
    }

    @Override
    public ObjectNode quantizationConfig(List<String> unquantized) {
        Settings usual = usual();
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.put("quant_method", Gptq.NAME);
        config.put("bits", usual.bits);
        config.put("group_size", usual.groupSize);
        config.put("desc_act", modules.values().stream().anyMatch(Settings::scattered));
        config.put("sym", modules.values().stream().allMatch(Settings::symmetric));
        config.put("lm_head", modules.keySet().stream().anyMatch(SkippedLayers::isHead));
        config.put("checkpoint_format", zeros.version1() ? "gptq" : "gptq_v2");
        config.put("pack_dtype", "int32");
        ObjectNode dynamic = Json.MAPPER.createObjectNode();
        modules.forEach((module, settings) -> {
            if (settings.bits != usual.bits || settings.groupSize != usual.groupSize) {
                dynamic.putObject("+:^" + escaped(module) + "$").put("bits", settings.bits).put("group_size", settings.groupSize);
            }
        });
        unquantized.stream().filter(module -> !SkippedLayers.isHead(module)).forEach(module -> dynamic.putObject("-:^" + escaped(module) + "$"));
        if (!dynamic.isEmpty()) {
            config.set("dynamic", dynamic);
        }
        return config;
    }

    private static String escaped(String module) {
        return module.replace(".", "\\.");
    }

    private Settings usual() {
        var counts = new LinkedHashMap<Settings, Integer>();
        modules.values().forEach(settings -> counts.merge(new Settings(settings.bits, settings.groupSize, false, false), 1, Integer::sum));
        return new ArrayList<>(counts.entrySet()).stream().max(Comparator.comparingInt(Map.Entry::getValue)).orElseThrow().getKey();
    }

    /** AutoGPTQ and older readers look here. */
    @Override
    public Map<String, byte[]> files(ObjectNode quantizationConfig) {
        return Map.of("quantize_config.json", Json.bytes(quantizationConfig));
    }
}
