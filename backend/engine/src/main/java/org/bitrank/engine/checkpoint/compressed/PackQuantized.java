package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.AffineMatrix;
import org.bitrank.engine.checkpoint.codes.BitPacking;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tensors of one matrix in compressed-tensors' {@code pack-quantized} layout:
 *
 * <ul>
 *   <li>{@code weight_packed} int32 {@code [rows, words(columns)]}: codes along a row, lowest bits first
 *   <li>{@code weight_scale} {@code [rows, groups]}
 *   <li>{@code weight_zero_point} int32 {@code [words(rows), groups]}: packed downwards; absent on a symmetric grid
 *   <li>{@code weight_g_idx} int32 {@code [columns]}: the group of each column; only where act-order scatters them
 *   <li>{@code weight_shape} int64 {@code [2]}
 * </ul>
 *
 * A code is stored as signed value plus {@code 2^(bits - 1)}, which is our code. Source: compressed_tensors'
 * {@code PackedQuantizationCompressor} at https://github.com/vllm-project/compressed-tensors.
 */
public final class PackQuantized implements CompressedLayout {
    static final String LAYOUT = "pack-quantized";

    private static final String PACKED = "weight_packed";
    private static final String SCALE = "weight_scale";
    private static final String ZERO_POINT = "weight_zero_point";
    private static final String GROUP_INDEX = "weight_g_idx";
    private static final String SHAPE = "weight_shape";

    /** Sizes of the matrix, and how its codes are packed. */
    private record Form(int rows, int columns, int bits, BitPacking packing) {}

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
        return List.of(PACKED, SCALE, ZERO_POINT, GROUP_INDEX, SHAPE);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(PACKED, SafetensorsType.I32) && parts.has(SHAPE);
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        Form form = form(parts);
        CompressedLayout.hasZeroPoint(parts, ZERO_POINT);
        var stored = new StoredBytes(
                0, parts.size(PACKED), parts.size(SCALE), parts.size(ZERO_POINT), parts.size(GROUP_INDEX), parts.size(SHAPE));
        return TensorInfo.of(
                parts.weightName(), List.of(form.rows, form.columns), LAYOUT + " " + form.bits + "-bit", form.bits, stored);
    }

    @Override
    public Optional<String> note(SafetensorsParts parts) {
        Form form = form(parts);
        return form.packing == BitPacking.WORDS
                ? Optional.of("packed with unused bits, as releases of compressed-tensors before 0.19 did")
                : Optional.empty();
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        Form form = form(parts);
        int rows = form.rows;
        int columns = form.columns;
        int groups = groups(parts, rows, columns);
        byte[] codes = form.packing.unpackRows(parts.bytes(PACKED), rows, columns, form.bits);
        float[] zeros = null;
        if (CompressedLayout.hasZeroPoint(parts, ZERO_POINT)) {
            parts.require(ZERO_POINT, SafetensorsType.I32, List.of(form.packing.words(rows, form.bits), groups));
            zeros = form.packing.unpackColumns(parts.bytes(ZERO_POINT), rows, groups, form.bits);
        }
        int[] index = parts.has(GROUP_INDEX) ? parts.groupIndex(GROUP_INDEX, columns, groups) : null;
        return GroupedWeight.of(rows, columns, new AffineGrid(form.bits, zeros == null), codes, index, columns / groups,
                parts.floats(SCALE), zeros, parts.floatType(SCALE));
    }

    private static Form form(SafetensorsParts parts) {
        int[] shape = parts.integers(SHAPE);
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 1) {
            throw BitRankException.badInput("%s must hold the two sizes of a matrix".formatted(parts.name(SHAPE)));
        }
        int rows = shape[0];
        int columns = shape[1];
        List<Integer> words = parts.require(PACKED).shape();
        int declared = parts.quantization().group(parts.module()).map(CompressedTensorsConfig.Group::bits).orElse(0);
        var found = new ArrayList<Form>();
        // Nothing in the configuration tells the packing; the number of words does, and mostly the bits as well.
        for (BitPacking packing : BitPacking.values()) {
            for (int bits = declared == 0 ? 1 : declared; bits <= (declared == 0 ? 8 : Math.min(declared, 8)); bits++) {
                boolean again = packing == BitPacking.WORDS && BitPacking.DENSE.words(columns, bits) == packing.words(columns, bits);
                if (!again && words.equals(List.of(rows, packing.words(columns, bits)))) {
                    found.add(new Form(rows, columns, bits, packing));
                }
            }
        }
        if (found.size() == 1 || declared != 0 && !found.isEmpty()) {
            return found.getFirst();
        }
        throw BitRankException.badInput("%s has shape %s, which holds no [%d, %d] codes of %s bits"
                .formatted(parts.name(PACKED), words, rows, columns, declared == 0 ? "1 to 8" : declared));
    }

    private static int groups(SafetensorsParts parts, int rows, int columns) {
        List<Integer> shape = parts.require(SCALE).shape();
        if (shape.size() != 2 || shape.getFirst() != rows || shape.get(1) < 1 || columns % shape.get(1) != 0) {
            throw BitRankException.badInput("%s has shape %s, which does not fit a matrix [%d, %d]"
                    .formatted(parts.name(SCALE), shape, rows, columns));
        }
        return shape.get(1);
    }

    @Override
    public Optional<String> refusal(QuantizedWeight weight) {
        return AffineMatrix.refusal(weight, 1, 8).or(() -> AffineMatrix.unwholeZeros((GroupedWeight) weight));
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        int bits = weight.grid().bits();
        int rows = weight.rows();
        int columns = weight.columns();
        int groups = weight.groups();
        var scales = (GroupNumbers.Plain) weight.scales();
        file.put(module + "." + PACKED, SafetensorsType.I32, List.of(rows, BitPacking.DENSE.words(columns, bits)),
                BitPacking.DENSE.packRows(weight.codes(), rows, columns, bits));
        file.put(module + "." + SCALE, scales.type(), List.of(rows, groups),
                DenseWeight.of(scales.values(), rows, groups, scales.type()).data());
        if (weight.zeros() != null) {
            file.put(module + "." + ZERO_POINT, SafetensorsType.I32, List.of(BitPacking.DENSE.words(rows, bits), groups),
                    BitPacking.DENSE.packColumns(weight.zeros(), rows, groups, bits));
        }
        if (weight.groupOfColumn() != null) {
            file.put(module + "." + GROUP_INDEX, SafetensorsType.I32, List.of(columns), MemorySegment.ofArray(weight.groupOfColumn()));
        }
        file.put(module + "." + SHAPE, SafetensorsType.I64, List.of(2), MemorySegment.ofArray(new long[] {rows, columns}));
    }

    @Override
    public ObjectNode weights(QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        boolean perChannel = weight.groupSize() == weight.columns();
        ObjectNode weights = CompressedLayout.weights(weight.grid().bits(), "int", weight.zeros() == null,
                perChannel ? "channel" : "group", perChannel ? null : weight.groupSize());
        if (weight.groupOfColumn() != null && !perChannel) {
            weights.put("actorder", "group");
        }
        return weights;
    }
}
