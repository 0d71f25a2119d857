package org.bitrank.engine.checkpoint.awq;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.Transposed;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;

/**
 * AWQ's layout {@code gemv_fast}, 4 bits: {@code qweight} int16 {@code [rows / 4, columns]}, {@code scales} and {@code qzeros}
 * float16 {@code [groups padded to 8, rows]}; {@code qzeros} holds −zero · scale, which is added. The four rows of a line take
 * turns of 64 columns, four codes of one row in a word; within 32 columns their order is that of the tensor cores.
 */
public final class AwqGemvFast extends AwqLayout {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ROWS_OF_LINE = 4;
    private static final int TURN = 64;

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(WEIGHT, SafetensorsType.I16) && parts.has(SCALES);
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.I16, 2);
        return info(parts, ROWS_OF_LINE * weight.shape().getFirst(), weight.shape().get(1), "gemv_fast");
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.I16, 2);
        int rows = Math.multiplyExact(ROWS_OF_LINE, weight.shape().getFirst());
        int columns = weight.shape().get(1);
        if (columns % TURN != 0) {
            throw parts.wrong(WEIGHT, "a multiple of 64 columns");
        }
        int padded = parts.require(SCALES).shape().getFirst();
        parts.requireFloats(SCALES, List.of(padded, rows));
        parts.requireFloats(ZEROS, List.of(padded, rows));
        float[] allScales = Transposed.of(parts.floats(SCALES), padded, rows);
        float[] allOffsets = Transposed.of(parts.floats(ZEROS), padded, rows);
        int groups = AwqGemv.groups(parts, allScales, rows, columns, padded);
        var scales = new float[rows * groups];
        var offsets = new float[rows * groups];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(allScales, row * padded, scales, row * groups, groups);
            System.arraycopy(allOffsets, row * padded, offsets, row * groups, groups);
        }
        return new GroupedWeight(rows, columns, new AffineGrid(BITS, false), codes(parts, rows, columns),
                new GroupLayout.AlongColumns(columns / groups), GroupNumbers.plain(scales, parts.floatType(SCALES)), new float[rows * groups],
                GroupNumbers.plain(offsets, parts.floatType(ZEROS)));
    }

    /** Undoes: order within 32 columns, then four rows taking turns of 64 columns, then four codes a word. */
    private static byte[] codes(SafetensorsParts parts, int rows, int columns) {
        short[] words = parts.bytes(WEIGHT).toArray(SHORT);
        var codes = new byte[Math.multiplyExact(rows, columns)];
        for (int line = 0; line < rows / ROWS_OF_LINE; line++) {
            for (int start = 0; start < columns; start += TURN) {
                for (int i = 0; i < TURN * ROWS_OF_LINE; i++) {
                    int word = words[line * columns + start + i / ROWS_OF_LINE] & 0xFFFF;
                    int row = line * ROWS_OF_LINE + i / TURN;
                    int column = start + original(i % TURN);
                    codes[row * columns + column] = (byte) (word >>> 4 * (i % ROWS_OF_LINE) & 15);
                }
            }
        }
        return codes;
    }

    /** The column that was put in a place: digits of the place permuted within each 32. */
    private static int original(int place) {
        int thirtyTwo = place / 32 * 32;
        int inside = place % 32;
        // Second step of the packing: within eight, even ones first.
        int eight = inside / 8;
        int half = inside % 8 / 4;
        int four = inside % 4;
        int before = eight * 8 + four * 2 + half;
        // First step: [4][4][2] with the first two digits exchanged.
        int outer = before / 8;
        int middle = before % 8 / 2;
        int low = before % 2;
        return thirtyTwo + middle * 8 + outer * 2 + low;
    }
}
