package org.bitrank.engine.checkpoint.ternary;

import java.util.List;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFormat;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** Our format of models that were trained ternary. */
public final class Ternary implements SafetensorsFormat {
    private final TernaryPacking packing;

    public Ternary(TernaryPacking packing) {
        this.packing = packing;
    }

    @Override
    public String name() {
        return packing.format();
    }

    @Override
    public String description() {
        return packing == TernaryPacking.BASE_3
                ? "Ternary matrices (TriLM, BitNet), a scale for each shard, five codes a byte; convert finds them in unquantized models."
                : "The same with four codes a byte.";
    }

    @Override
    public List<TernaryLayout> layouts() {
        return List.of(new TernaryLayout(packing));
    }

    @Override
    public MatrixWriter writer() {
        return new MatrixWriter() {
            @Override
            public void put(SafetensorsWriter file, String module, QuantizedWeight weight, ActivationScheme activations) {
                StorageFormats.layoutFor(name(), layouts(), module, weight).write(file, module, weight);
            }

            @Override
            public ObjectNode quantizationConfig(List<String> unquantized) {
                return Json.MAPPER.createObjectNode().put("quant_method", "bitrank").put("format", name());
            }
        };
    }
}
