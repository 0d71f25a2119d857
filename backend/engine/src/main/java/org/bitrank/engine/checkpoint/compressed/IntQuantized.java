package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.AffineMatrix;
import org.bitrank.engine.checkpoint.codes.SignedCodes;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/**
 * compressed-tensors' {@code int-quantized}, one signed code a byte; older releases call it {@code naive-quantized} and put
 * fewer bits than 8 into the byte as well:
 *
 * <ul>
 *   <li>{@code weight} int8 {@code [rows, columns]}
 *   <li>{@code weight_scale} {@code [rows, groups]}, or {@code [1]} for the whole matrix
 *   <li>{@code weight_zero_point} int8, as many; absent on a symmetric grid
 * </ul>
 *
 * A code is stored as signed value; ours is that plus {@code 2^(bits - 1)}.
 */
public final class IntQuantized extends ByteCodes {
    static final String LAYOUT = "int-quantized";

    public IntQuantized() {
        super(LAYOUT, SafetensorsType.I8);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(WEIGHT, SafetensorsType.I8);
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        int bits = bits(parts);
        CompressedLayout.hasZeroPoint(parts, ZERO_POINT);
        return info(parts, bits + "-bit", bits);
    }

    private static int bits(SafetensorsParts parts) {
        int declared = parts.quantization().group(parts.module()).map(CompressedTensorsConfig.Group::bits).orElse(0);
        return declared < 1 || declared > 8 ? 8 : declared;
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        StoredTensor weight = codes(parts);
        int rows = weight.shape().getFirst();
        int columns = weight.shape().get(1);
        int bits = bits(parts);
        ScaleShape scale = ScaleShape.of(parts, SCALE, rows, columns);
        byte[] codes = SignedCodes.unsigned(parts, WEIGHT, bits);
        float[] zeros = null;
        if (CompressedLayout.hasZeroPoint(parts, ZERO_POINT)) {
            parts.require(ZERO_POINT, SafetensorsType.I8, parts.require(SCALE).shape());
            zeros = SignedCodes.zeros(parts, ZERO_POINT, bits);
        }
        return new GroupedWeight(rows, columns, new AffineGrid(bits, zeros == null), codes, scale.layout(),
                scales(parts), zeros, null);
    }

    @Override
    public Optional<String> refusal(QuantizedWeight weight) {
        if (weight instanceof GroupedWeight grouped && grouped.grid() instanceof AffineGrid && ScaleShape.isWhole(grouped)
                && grouped.offsets() == null && grouped.scales() instanceof GroupNumbers.Plain) {
            return AffineMatrix.unwholeZeros(grouped);
        }
        return AffineMatrix.refusal(weight, 1, 8)
                .or(() -> weight instanceof GroupedWeight grouped && grouped.groupOfColumn() != null
                        ? Optional.of("it has no index of groups")
                        : AffineMatrix.unwholeZeros((GroupedWeight) weight));
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        byte[] codes = SignedCodes.signed(weight.codes(), weight.grid().bits());
        file.put(module + "." + WEIGHT, SafetensorsType.I8, List.of(weight.rows(), weight.columns()), MemorySegment.ofArray(codes));
        writeScales(file, module, weight);
        if (weight.zeros() != null) {
            var zeros = new byte[weight.zeros().length];
            for (int i = 0; i < zeros.length; i++) {
                zeros[i] = (byte) ((int) weight.zeros()[i] - (1 << (weight.grid().bits() - 1)));
            }
            file.put(module + "." + ZERO_POINT, SafetensorsType.I8, ScaleShape.shape(weight), MemorySegment.ofArray(zeros));
        }
    }

    @Override
    public ObjectNode weights(QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        return ScaleShape.weights(weight, "int", weight.zeros() == null);
    }
}
