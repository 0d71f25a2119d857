package org.bitrank.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

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
final class PackQuantized {
    static final String PACKED = "weight_packed";
    static final String SCALE = "weight_scale";
    static final String ZERO_POINT = "weight_zero_point";
    static final String GROUP_INDEX = "weight_g_idx";
    static final String SHAPE = "weight_shape";

    private PackQuantized() {}

    /**
     * @param module name without {@code .weight}
     * @return bytes of all its tensors
     */
    static long write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        GroupedWeight weight = grouped(module, quantized);
        AffineGrid grid = checkedGrid(module, weight);
        int bits = grid.bits();
        int rows = weight.rows();
        int columns = weight.columns();
        int groups = weight.groups();
        var scales = (GroupNumbers.Plain) weight.scales();
        long before = file.size();
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
        return file.size() - before;
    }

    private static GroupedWeight grouped(String module, QuantizedWeight weight) {
        if (weight instanceof GroupedWeight grouped && grouped.grouped() && grouped.offsets() == null
                && grouped.scales() instanceof GroupNumbers.Plain) {
            return grouped;
        }
        throw BitRankException.unsupported(module + ": pack-quantized stores integers in groups along the rows with plain scales only");
    }

    private static AffineGrid checkedGrid(String module, GroupedWeight weight) {
        if (!(weight.grid() instanceof AffineGrid grid)) {
            throw BitRankException.unsupported(module + ": pack-quantized stores integer grids only, not " + weight.grid());
        }
        if (weight.columns() % weight.groupSize() != 0) {
            throw BitRankException.unsupported("%s: pack-quantized has no shorter last group: %d columns do not divide by %d"
                    .formatted(module, weight.columns(), weight.groupSize()));
        }
        if (grid.symmetric() != (weight.zeros() == null)) {
            throw new IllegalArgumentException(module + ": zero points belong to asymmetric grids");
        }
        if (weight.zeros() != null) {
            for (float zero : weight.zeros()) {
                if (zero < 0 || zero > grid.maximumCode() || zero != (int) zero) {
                    throw BitRankException.unsupported("%s: pack-quantized stores whole zero points from 0 to %d, not %s"
                            .formatted(module, grid.maximumCode(), zero));
                }
            }
        }
        return grid;
    }

    /**
     * @param part gives the tensor of that suffix, or null
     * @param bits of a code, from the configuration
     */
    static GroupedWeight read(SafetensorsParts part, String module, int bits) {
        int[] shape = part.integers(SHAPE);
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 1) {
            throw BitRankException.badInput("%s.%s must hold the two sizes of a matrix".formatted(module, SHAPE));
        }
        int rows = shape[0];
        int columns = shape[1];
        BitPacking packing = packing(part, module, rows, columns, bits);
        StoredTensor scale = part.require(SCALE);
        int groups = groups(module, scale, rows, columns);
        byte[] codes = packing.unpackRows(part.bytes(PACKED), rows, columns, bits);
        float[] zeros = null;
        if (part.has(ZERO_POINT)) {
            part.requireShape(ZERO_POINT, List.of(packing.words(rows, bits), groups));
            zeros = packing.unpackColumns(part.bytes(ZERO_POINT), rows, groups, bits);
        }
        DType scaleType = scale.type().dtype().filter(type -> type != DType.INT32).orElseThrow(() ->
                BitRankException.unsupported("%s.%s is stored as %s".formatted(module, SCALE, scale.type())));
        return GroupedWeight.of(rows, columns, new AffineGrid(bits, zeros == null), codes, groupIndex(part, module, columns, groups),
                columns / groups, part.floats(SCALE), zeros, scaleType);
    }

    /** Nothing in the configuration tells the layout; the number of words does. */
    private static BitPacking packing(SafetensorsParts part, String module, int rows, int columns, int bits) {
        List<Integer> shape = part.require(PACKED).shape();
        for (BitPacking packing : BitPacking.values()) {
            if (part.require(PACKED).type() == SafetensorsType.I32 && shape.equals(List.of(rows, packing.words(columns, bits)))) {
                return packing;
            }
        }
        throw BitRankException.badInput("%s.%s has shape %s, which holds no [%d, %d] codes of %d bits"
                .formatted(module, PACKED, shape, rows, columns, bits));
    }

    private static int groups(String module, StoredTensor scale, int rows, int columns) {
        if (scale.shape().size() != 2 || scale.shape().getFirst() != rows || scale.shape().get(1) < 1 || columns % scale.shape().get(1) != 0) {
            throw BitRankException.badInput("%s.%s has shape %s, which does not fit a matrix [%d, %d]"
                    .formatted(module, SCALE, scale.shape(), rows, columns));
        }
        return scale.shape().get(1);
    }

    private static int[] groupIndex(SafetensorsParts part, String module, int columns, int groups) {
        if (!part.has(GROUP_INDEX)) {
            return null;
        }
        part.requireShape(GROUP_INDEX, List.of(columns));
        int[] index = part.integers(GROUP_INDEX);
        for (int group : index) {
            if (group < 0 || group >= groups) {
                throw BitRankException.badInput("%s.%s names group %d of %d".formatted(module, GROUP_INDEX, group, groups));
            }
        }
        return index;
    }
}
