package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.StoredBytes;
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
 * compressed-tensors' {@code mxfp8-quantized}, MXFP8 of the Open Compute Project: {@code weight} float8 E4M3
 * {@code [rows, columns]}, {@code weight_scale} uint8 {@code [rows, columns / 32]} E8M0. Value = E4M3 · 2^(scale − 127).
 */
public final class Mxfp8Quantized implements CompressedLayout {
    static final String LAYOUT = "mxfp8-quantized";
    static final int GROUP = 32;

    private static final String WEIGHT = "weight";
    private static final String SCALE = "weight_scale";

    @Override
    public String layoutName() {
        return LAYOUT;
    }

    @Override
    public String mark() {
        return SCALE;
    }

    @Override
    public List<String> parts() {
        return List.of(WEIGHT, SCALE);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(WEIGHT, SafetensorsType.F8_E4M3) && parts.has(SCALE, SafetensorsType.U8);
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.F8_E4M3, 2);
        return TensorInfo.of(parts.weightName(), weight.shape(), LAYOUT, 8, StoredBytes.quantized(weight.bytes(), parts.size(SCALE), 0, 0));
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.F8_E4M3, 2);
        int rows = weight.shape().getFirst();
        int columns = weight.shape().get(1);
        parts.require(SCALE, SafetensorsType.U8, List.of(rows, GroupLayout.perRow(columns, GROUP)));
        return new GroupedWeight(rows, columns, Codebooks.E4M3, Float8Codes.read(parts, WEIGHT), new GroupLayout.AlongColumns(GROUP),
                PowersOfTwoScales.read(parts, SCALE), null, null);
    }

    @Override
    public Optional<String> refusal(QuantizedWeight weight) {
        return CodebookMatrix.refusal(weight, Codebooks.E4M3, GroupNumbers.PowersOfTwo.class, GROUP);
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        file.put(module + "." + WEIGHT, SafetensorsType.F8_E4M3, List.of(weight.rows(), weight.columns()), MemorySegment.ofArray(weight.codes()));
        PowersOfTwoScales.write(file, module + "." + SCALE, weight, GROUP);
    }

    @Override
    public ObjectNode weights(QuantizedWeight weight) {
        return PowersOfTwoScales.weights(8, GROUP);
    }
}
