package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.MatrixLayout;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/**
 * compressed-tensors' {@code sparse-24-bitmask}: of every four neighbours two are zero and left out.
 *
 * <ul>
 *   <li>{@code compressed} {@code [rows, columns / 2]}: what is left, row by row
 *   <li>{@code bitmask} uint8 {@code [rows, columns / 8]}: where it belongs, lowest bit first
 *   <li>{@code shape} int64: rows, columns
 * </ul>
 */
public final class Sparse24Bitmask implements MatrixLayout {
    private static final String COMPRESSED = "compressed";
    private static final String BITMASK = "bitmask";
    private static final String SHAPE = "shape";

    @Override
    public String format() {
        return CompressedTensors.NAME;
    }

    @Override
    public String mark() {
        return BITMASK;
    }

    @Override
    public List<String> parts() {
        return List.of(COMPRESSED, BITMASK, SHAPE);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(COMPRESSED) && SafetensorsParts.isFloat(parts.require(COMPRESSED));
    }

    private static List<Integer> shape(SafetensorsParts parts) {
        int[] shape = parts.integers(SHAPE);
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 1) {
            throw BitRankException.badInput("%s must hold the two sizes of a matrix".formatted(parts.name(SHAPE)));
        }
        return List.of(shape[0], shape[1]);
    }

    /** Counted as unquantized numbers of 16 bits, half of which are stored. */
    @Override
    public TensorInfo info(SafetensorsParts parts) {
        StoredTensor kept = parts.require(COMPRESSED);
        var stored = new StoredBytes(kept.bytes(), 0, 0, 0, parts.size(BITMASK), parts.size(SHAPE));
        return TensorInfo.of(parts.weightName(), shape(parts), "sparse-24-bitmask " + kept.type(), kept.type().bits(), stored);
    }

    @Override
    public DenseWeight read(SafetensorsParts parts) {
        List<Integer> shape = shape(parts);
        int rows = shape.getFirst();
        int columns = shape.get(1);
        DType type = parts.floatType(COMPRESSED);
        int bytesPerRow = (columns + 7) / 8;
        parts.require(BITMASK, SafetensorsType.U8, List.of(rows, bytesPerRow));
        byte[] mask = parts.byteArray(BITMASK);
        MemorySegment kept = parts.bytes(COMPRESSED);
        int size = type.bytes();
        MemorySegment values = MemorySegment.ofArray(new byte[Math.multiplyExact(Math.multiplyExact(rows, columns), size)]);
        long next = 0;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                if ((mask[row * bytesPerRow + column / 8] >> column % 8 & 1) != 0) {
                    if (next + size > kept.byteSize()) {
                        throw BitRankException.badInput("%s marks more numbers than %s holds".formatted(parts.name(BITMASK), parts.name(COMPRESSED)));
                    }
                    MemorySegment.copy(kept, next, values, ((long) row * columns + column) * size, size);
                    next += size;
                }
            }
        }
        if (next != kept.byteSize()) {
            throw BitRankException.badInput("%s marks fewer numbers than %s holds".formatted(parts.name(BITMASK), parts.name(COMPRESSED)));
        }
        return new DenseWeight(type, rows, columns, values);
    }
}
