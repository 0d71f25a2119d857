package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitrank.engine.checkpoint.codes.Float8Codes;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
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
public final class Nvfp4PackQuantized extends FloatGroups {
    private static final int GROUP = 16;
    private static final String GLOBAL_SCALE = "weight_global_scale";

    public Nvfp4PackQuantized() {
        super("nvfp4-pack-quantized", FloatCodes.E2M1, SafetensorsType.F8_E4M3, GroupNumbers.Float8.class, GROUP);
    }

    @Override
    public String mark() {
        return FloatCodes.E2M1.part();
    }

    @Override
    public List<String> parts() {
        return List.of(FloatCodes.E2M1.part(), SCALE, GLOBAL_SCALE);
    }

    @Override
    GroupNumbers scales(SafetensorsParts parts) {
        if (parts.require(GLOBAL_SCALE).elements() != 1) {
            throw parts.wrong(GLOBAL_SCALE, "one number");
        }
        parts.floatType(GLOBAL_SCALE);
        float global = parts.floats(GLOBAL_SCALE)[0];
        if (!(global > 0)) {
            throw BitRankException.badInput("%s is %s; it divides and must be above 0".formatted(parts.name(GLOBAL_SCALE), global));
        }
        return new GroupNumbers.Float8(Float8Codes.read(parts, SCALE), global);
    }

    @Override
    byte[] scaleCodes(GroupNumbers scales) {
        return ((GroupNumbers.Float8) scales).codes();
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        super.write(file, module, quantized);
        float global = ((GroupNumbers.Float8) ((GroupedWeight) quantized).scales()).global();
        file.put(module + "." + GLOBAL_SCALE, SafetensorsType.F32, List.of(1), MemorySegment.ofArray(new float[] {global}));
    }

    @Override
    public ObjectNode weights(QuantizedWeight weight) {
        ObjectNode weights = CompressedLayout.weights(4, "float", true, "tensor_group", GROUP);
        weights.put("scale_dtype", "torch.float8_e4m3fn");
        return weights;
    }
}
