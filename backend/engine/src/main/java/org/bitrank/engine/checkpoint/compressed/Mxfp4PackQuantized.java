package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.CodebookMatrix;
import org.bitrank.engine.checkpoint.codes.Nibbles;
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
 * compressed-tensors' {@code mxfp4-pack-quantized}, MXFP4 of the Open Compute Project: {@code weight_packed} uint8
 * {@code [rows, columns / 2]}, E2M1, low nibble first; {@code weight_scale} uint8 {@code [rows, columns / 32]} E8M0.
 * Value = E2M1 · 2^(scale − 127).
 */
public final class Mxfp4PackQuantized implements CompressedLayout {
    static final String LAYOUT = "mxfp4-pack-quantized";
    static final int GROUP = 32;

    private static final String PACKED = "weight_packed";
    private static final String SCALE = "weight_scale";

    @Override
    public String layoutName() {
        return LAYOUT;
    }

    @Override
    public String mark() {
        return PACKED;
    }

    @Override
    public List<String> parts() {
        return List.of(PACKED, SCALE);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(PACKED, SafetensorsType.U8) && parts.has(SCALE, SafetensorsType.U8);
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        StoredTensor packed = parts.require(PACKED, SafetensorsType.U8, 2);
        return TensorInfo.of(parts.weightName(), List.of(packed.shape().getFirst(), 2 * packed.shape().get(1)), LAYOUT, 4,
                StoredBytes.quantized(packed.bytes(), parts.size(SCALE), 0, 0));
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        StoredTensor packed = parts.require(PACKED, SafetensorsType.U8, 2);
        int rows = packed.shape().getFirst();
        int columns = Math.multiplyExact(2, packed.shape().get(1));
        parts.require(SCALE, SafetensorsType.U8, List.of(rows, GroupLayout.perRow(columns, GROUP)));
        return new GroupedWeight(rows, columns, Codebooks.E2M1, Nibbles.LOW_FIRST.unpack(parts.bytes(PACKED), Math.multiplyExact(rows, columns)),
                new GroupLayout.AlongColumns(GROUP), PowersOfTwoScales.read(parts, SCALE), null, null);
    }

    @Override
    public Optional<String> refusal(QuantizedWeight weight) {
        return CodebookMatrix.refusal(weight, Codebooks.E2M1, GroupNumbers.PowersOfTwo.class, GROUP);
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        file.put(module + "." + PACKED, SafetensorsType.U8, List.of(weight.rows(), weight.columns() / 2),
                MemorySegment.ofArray(Nibbles.LOW_FIRST.pack(weight.codes())));
        PowersOfTwoScales.write(file, module + "." + SCALE, weight, GROUP);
    }

    @Override
    public ObjectNode weights(QuantizedWeight weight) {
        return PowersOfTwoScales.weights(4, GROUP);
    }
}
