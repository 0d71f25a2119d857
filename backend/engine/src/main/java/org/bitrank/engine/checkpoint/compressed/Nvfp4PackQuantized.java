package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.CodebookMatrix;
import org.bitrank.engine.checkpoint.codes.Float8Codes;
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
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ObjectNode;

/**
 * compressed-tensors' {@code nvfp4-pack-quantized}:
 *
 * <ul>
 *   <li>{@code weight_packed} uint8 {@code [rows, columns / 2]}: E2M1, low nibble first
 *   <li>{@code weight_scale} float8 E4M3 {@code [rows, columns / 16]}
 *   <li>{@code weight_global_scale} float32 {@code [1]}, which divides
 * </ul>
 *
 * Value = E2M1 · (E4M3 scale / global scale).
 */
public final class Nvfp4PackQuantized implements CompressedLayout {
    static final String LAYOUT = "nvfp4-pack-quantized";
    static final int GROUP = 16;

    private static final String PACKED = "weight_packed";
    private static final String SCALE = "weight_scale";
    private static final String GLOBAL_SCALE = "weight_global_scale";

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
        return List.of(PACKED, SCALE, GLOBAL_SCALE);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(PACKED, SafetensorsType.U8) && parts.has(SCALE, SafetensorsType.F8_E4M3);
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        StoredTensor packed = parts.require(PACKED, SafetensorsType.U8, 2);
        return TensorInfo.of(parts.weightName(), List.of(packed.shape().getFirst(), 2 * packed.shape().get(1)), LAYOUT, 4,
                StoredBytes.quantized(packed.bytes(), parts.size(SCALE) + parts.size(GLOBAL_SCALE), 0, 0));
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        StoredTensor packed = parts.require(PACKED, SafetensorsType.U8, 2);
        int rows = packed.shape().getFirst();
        int columns = Math.multiplyExact(2, packed.shape().get(1));
        parts.require(SCALE, SafetensorsType.F8_E4M3, List.of(rows, GroupLayout.perRow(columns, GROUP)));
        if (parts.require(GLOBAL_SCALE).elements() != 1) {
            throw parts.wrong(GLOBAL_SCALE, "one number");
        }
        parts.floatType(GLOBAL_SCALE);
        float global = parts.floats(GLOBAL_SCALE)[0];
        if (!(global > 0)) {
            throw BitRankException.badInput("%s is %s; it divides and must be above 0".formatted(parts.name(GLOBAL_SCALE), global));
        }
        return new GroupedWeight(rows, columns, Codebooks.E2M1, Nibbles.LOW_FIRST.unpack(parts.bytes(PACKED), Math.multiplyExact(rows, columns)),
                new GroupLayout.AlongColumns(GROUP), new GroupNumbers.Float8(Float8Codes.read(parts, SCALE), global), null, null);
    }

    @Override
    public Optional<String> refusal(QuantizedWeight weight) {
        return CodebookMatrix.refusal(weight, Codebooks.E2M1, GroupNumbers.Float8.class, GROUP);
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        var scales = (GroupNumbers.Float8) weight.scales();
        file.put(module + "." + PACKED, SafetensorsType.U8, List.of(weight.rows(), weight.columns() / 2),
                MemorySegment.ofArray(Nibbles.LOW_FIRST.pack(weight.codes())));
        file.put(module + "." + SCALE, SafetensorsType.F8_E4M3, List.of(weight.rows(), weight.columns() / GROUP), MemorySegment.ofArray(scales.codes()));
        file.put(module + "." + GLOBAL_SCALE, SafetensorsType.F32, List.of(1), MemorySegment.ofArray(new float[] {scales.global()}));
    }

    @Override
    public ObjectNode weights(QuantizedWeight weight) {
        ObjectNode weights = CompressedLayout.weights(4, "float", true, "tensor_group", GROUP);
        weights.put("scale_dtype", "torch.float8_e4m3fn");
        return weights;
    }
}
