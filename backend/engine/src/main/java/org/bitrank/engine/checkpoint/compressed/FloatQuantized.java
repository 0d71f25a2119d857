package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.CodebookMatrix;
import org.bitrank.engine.checkpoint.codes.Float8Codes;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/**
 * compressed-tensors' {@code float-quantized}: {@code weight} float8 E4M3 {@code [rows, columns]}, {@code weight_scale} for the
 * matrix, a row, neighbouring columns of a row or a block. Value = E4M3 · scale.
 */
public final class FloatQuantized extends ByteCodes {
    static final String LAYOUT = "float-quantized";

    public FloatQuantized() {
        super(LAYOUT, SafetensorsType.F8_E4M3);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(WEIGHT, SafetensorsType.F8_E4M3) && !parts.has(SCALE, SafetensorsType.U8);
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        return info(parts, "e4m3", 8);
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        StoredTensor weight = codes(parts);
        int rows = weight.shape().getFirst();
        int columns = weight.shape().get(1);
        ScaleShape scale = ScaleShape.of(parts, SCALE, rows, columns);
        return new GroupedWeight(rows, columns, Codebooks.E4M3, Float8Codes.read(parts, WEIGHT), scale.layout(),
                scales(parts), null, null);
    }

    @Override
    public Optional<String> refusal(QuantizedWeight weight) {
        return CodebookMatrix.refusal(weight, Codebooks.E4M3, GroupNumbers.Plain.class).or(() -> {
            GroupLayout layout = ((GroupedWeight) weight).layout();
            boolean whole = layout instanceof GroupLayout.AlongColumns along && weight.columns() % along.size() == 0;
            return whole || layout instanceof GroupLayout.Blocks
                    ? Optional.empty()
                    : Optional.of("it stores a scale for the matrix, a row, equal parts of a row or a block only");
        });
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        file.put(module + "." + WEIGHT, SafetensorsType.F8_E4M3, List.of(weight.rows(), weight.columns()), MemorySegment.ofArray(weight.codes()));
        writeScales(file, module, weight);
    }

    @Override
    public ObjectNode weights(QuantizedWeight weight) {
        return ScaleShape.weights((GroupedWeight) weight, "float", true);
    }
}
