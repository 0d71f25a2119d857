package org.bitrank.engine.quantize;

import java.time.Duration;
import java.time.Instant;
import org.bitrank.engine.EngineVersion;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.measure.PeakMemory;
import org.bitrank.engine.quantize.calibration.Calibration;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.kernels.Backend;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What {@code bitrank.json} says of how an artifact was made; docs/formats.md explains the keys. */
record Manifest(
        Checkpoint base,
        Recipe recipe,
        Calibration calibration,
        LayerCoder coded,
        double effectiveBits,
        Backend backend,
        Instant start,
        Instant end) {
    ObjectNode toJson() {
        var node = JsonNodeFactory.instance.objectNode();
        node.set("recipe", recipe.toJson());
        node.put("recipe_sha256", recipe.hash());
        var source = node.putObject("base")
                .put("model", recipe.model())
                .put("format", base.format())
                .put("weights_sha256", base.sha256());
        if (Quantizer.quantizedBefore(base)) {
            source.put("quantized_before", true);
        }
        var bits = node.putObject("bits").put("nominal", coded.nominalBits()).put("effective", effectiveBits);
        if (recipe.activations() != null) {
            bits.put("activations", recipe.activations().bits());
        }
        if (recipe.keyValues() != null) {
            bits.put("kv_cache", recipe.keyValues().bits());
        }
        node.put("quantized_layers", coded.layers());
        // Keys are input widths. They differ from the recipe's group size where that does not divide the width.
        var sizes = node.putObject("group_sizes");
        coded.groupSizesOfWidth().forEach((width, used) -> {
            if (used.size() == 1) {
                sizes.put(width.toString(), used.getFirst());
            } else {
                used.forEach(sizes.putArray(width.toString())::add);
            }
        });
        if (calibration != null) {
            var data = node.putObject("calibration")
                    .put("source", calibration.source())
                    .put("text_sha256", calibration.sha256())
                    .put("samples", calibration.sequences().length)
                    .put("sequence_length", calibration.sequenceLength());
            if (calibration.pictures() != null) {
                data.put("pictures", calibration.pictures().images().size()).put("pictures_sha256", calibration.pictures().sha256());
            }
        }
        if (!coded.notes().isEmpty()) {
            node.set("notes", coded.notes().toJson());
        }
        node.putObject("timings")
                .put("started", start.toString())
                .put("seconds", Duration.between(start, end).toMillis() / 1000.0);
        node.put("peak_memory_bytes", PeakMemory.bytes());
        var device = backend.device();
        node.putObject("hardware")
                .put("backend", device.backend())
                .put("device", device.name())
                .put("units", device.units())
                .put("memory_bytes", device.memoryBytes())
                .put("features", device.features())
                .put("compute", backend.computeType().label());
        node.putObject("versions")
                .put("bitrank", EngineVersion.text())
                .put("java", Runtime.version().toString())
                .put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        return node;
    }
}
