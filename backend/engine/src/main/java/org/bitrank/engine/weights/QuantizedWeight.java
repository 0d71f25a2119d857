package org.bitrank.engine.weights;

import java.util.stream.IntStream;
import org.bitrank.kernels.DType;

/**
 * The waist of the hourglass: every method produces it, every reader yields it, every writer takes it.
 *
 * @param codes one code a byte (unsigned), {@code [rows, columns]} in the original column order
 * @param groupOfColumn the group that each column belongs to (act-order scatters them), or null when group {@code g} is
 *     columns {@code g * groupSize ..}
 * @param groupSize columns of a group; the last one may be shorter. Per channel: {@code columns}
 * @param scales {@code [rows, groups]}, already rounded to {@code scaleType}
 * @param zeros {@code [rows, groups]}, integers for stored formats; null on a symmetric grid
 * @param scaleType the type in which scales are stored
 */
public record QuantizedWeight(
        int rows,
        int columns,
        Grid grid,
        byte[] codes,
        int[] groupOfColumn,
        int groupSize,
        float[] scales,
        float[] zeros,
        DType scaleType)
        implements Weight {
    public QuantizedWeight {
        int groups = groups(columns, groupSize);
        if (codes.length != Math.multiplyExact(rows, columns)) {
            throw new IllegalArgumentException(codes.length + " codes for [" + rows + ", " + columns + "]");
        }
        if (scales.length != rows * groups || (zeros != null && zeros.length != scales.length)) {
            throw new IllegalArgumentException("scales and zeros must be [%d, %d]".formatted(rows, groups));
        }
        if (groupOfColumn != null && groupOfColumn.length != columns) {
            throw new IllegalArgumentException(groupOfColumn.length + " group numbers for " + columns + " columns");
        }
    }

    /** Groups in a row of {@code columns}; the last may be shorter. */
    public static int groups(int columns, int groupSize) {
        if (groupSize < 1 || groupSize > columns) {
            throw new IllegalArgumentException("group size " + groupSize + " for " + columns + " columns");
        }
        return (columns + groupSize - 1) / groupSize;
    }

    public int groups() {
        return groups(columns, groupSize);
    }

    public int groupOf(int column) {
        return groupOfColumn == null ? column / groupSize : groupOfColumn[column];
    }

    @Override
    public float[] toFloats() {
        var values = new float[codes.length];
        IntStream.range(0, rows).parallel().forEach(row -> {
            if (groupOfColumn == null && grid instanceof AffineGrid affine) {
                decodeRow(row, affine, values);
            } else {
                decodeScatteredRow(row, values);
            }
        });
        return values;
    }

    private void decodeRow(int row, AffineGrid affine, float[] values) {
        int groups = groups();
        for (int group = 0; group < groups; group++) {
            float scale = scales[row * groups + group];
            float zero = zeros == null ? affine.middle() : zeros[row * groups + group];
            int to = row * columns + Math.min(columns, (group + 1) * groupSize);
            for (int at = row * columns + group * groupSize; at < to; at++) {
                values[at] = ((codes[at] & 0xFF) - zero) * scale;
            }
        }
    }

    private void decodeScatteredRow(int row, float[] values) {
        int groups = groups();
        float middle = grid instanceof AffineGrid affine ? affine.middle() : 0;
        for (int column = 0; column < columns; column++) {
            int group = row * groups + groupOf(column);
            float zero = zeros == null ? middle : zeros[group];
            int at = row * columns + column;
            values[at] = grid.decode(codes[at] & 0xFF, scales[group], zero);
        }
    }
}
