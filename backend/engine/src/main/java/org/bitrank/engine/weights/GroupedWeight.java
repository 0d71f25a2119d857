package org.bitrank.engine.weights;

import java.util.stream.IntStream;
import org.bitrank.kernels.DType;

/**
 * Codes on a grid, with a scale for every group of weights: {@code grid(code, zero) * scale + offset}.
 *
 * @param codes one code a byte (unsigned), {@code [rows, columns]} in the original column order
 * @param layout which weights form a group; groups are numbered over the whole matrix
 * @param scales one a group, as they are stored
 * @param zeros one a group, in units of codes; null where the grid has none (symmetric, codebooks)
 * @param offsets one a group, added after scaling (a minimum, IR-QLoRA's tau); null where there is none
 */
public record GroupedWeight(
        int rows, int columns, Grid grid, byte[] codes, GroupLayout layout, GroupNumbers scales, float[] zeros, GroupNumbers offsets)
        implements QuantizedWeight {
    public GroupedWeight {
        if (codes.length != Math.multiplyExact(rows, columns)) {
            throw new IllegalArgumentException(codes.length + " codes for [" + rows + ", " + columns + "]");
        }
        int groups = layout.count(rows, columns);
        if (scales.count() != groups || zeros != null && zeros.length != groups || offsets != null && offsets.count() != groups) {
            throw new IllegalArgumentException("scales, zeros and offsets must be one for each of %d groups".formatted(groups));
        }
        if (layout instanceof GroupLayout.Scattered scattered && scattered.groupOfColumn().length != columns) {
            throw new IllegalArgumentException(scattered.groupOfColumn().length + " group numbers for " + columns + " columns");
        }
    }

    /**
     * Integers in groups along the rows.
     *
     * @param groupOfColumn the group that each column belongs to (act-order scatters them), or null when group {@code g} is
     *     columns {@code g * groupSize ..}
     * @param groupSize columns of a group; the last one may be shorter. Per channel: {@code columns}
     * @param scales {@code [rows, groups]}, already rounded to {@code scaleType}
     * @param zeros {@code [rows, groups]}; null on a symmetric grid
     */
    public static GroupedWeight of(
            int rows, int columns, Grid grid, byte[] codes, int[] groupOfColumn, int groupSize, float[] scales, float[] zeros, DType scaleType) {
        groups(columns, groupSize);
        GroupLayout layout = groupOfColumn == null
                ? new GroupLayout.AlongColumns(groupSize)
                : new GroupLayout.Scattered(groupSize, groupOfColumn);
        return new GroupedWeight(rows, columns, grid, codes, layout, GroupNumbers.plain(scales, scaleType), zeros, null);
    }

    /** Groups in a row of {@code columns}; the last may be shorter. */
    public static int groups(int columns, int groupSize) {
        if (groupSize < 1 || groupSize > columns) {
            throw new IllegalArgumentException("group size " + groupSize + " for " + columns + " columns");
        }
        return GroupLayout.perRow(columns, groupSize);
    }

    /** Whether every group lies within a row and all rows are divided alike: what most formats can store. */
    public boolean grouped() {
        return layout instanceof GroupLayout.AlongColumns || layout instanceof GroupLayout.Scattered;
    }

    /** Columns of a group; only where {@link #grouped()}. */
    public int groupSize() {
        return switch (layout) {
            case GroupLayout.AlongColumns along -> along.size();
            case GroupLayout.Scattered scattered -> scattered.size();
            default -> throw new IllegalStateException("groups of " + layout + " have no size along a row");
        };
    }

    /** Groups of a row; only where {@link #grouped()}. */
    public int groups() {
        return groups(columns, groupSize());
    }

    /** The group of its row that each column belongs to, or null where groups are neighbouring columns. */
    public int[] groupOfColumn() {
        return layout instanceof GroupLayout.Scattered scattered ? scattered.groupOfColumn() : null;
    }

    /** The group, counted in its row, of a column; only where {@link #grouped()}. */
    public int groupOf(int column) {
        return layout.group(0, column, columns);
    }

    @Override
    public double nominalBits() {
        return grid.nominalBits();
    }

    @Override
    public float[] toFloats() {
        float[] scale = scales.values();
        float[] offset = offsets == null ? null : offsets.values();
        var values = new float[codes.length];
        IntStream.range(0, rows).parallel().forEach(row -> {
            for (int column = 0; column < columns; ) {
                int end = layout.runEnd(row, column, columns);
                int group = layout.group(row, column, columns);
                int from = row * columns + column;
                int to = row * columns + end;
                decode(group, from, to, scale[group], values);
                if (offset != null) {
                    add(offset[group], from, to, values);
                }
                column = end;
            }
        });
        return values;
    }

    /** Weights {@code from .. to - 1} of the row-major matrix, all of one group, without its offset. */
    private void decode(int group, int from, int to, float scale, float[] values) {
        switch (grid) {
            case AffineGrid affine -> {
                float zero = zeros == null ? affine.middle() : zeros[group];
                for (int i = from; i < to; i++) {
                    values[i] = ((codes[i] & 0xFF) - zero) * scale;
                }
            }
            case CodebookGrid codebook -> {
                float[] levels = codebook.levels();
                for (int i = from; i < to; i++) {
                    values[i] = levels[codes[i] & 0xFF] * scale;
                }
            }
        }
    }

    private static void add(float offset, int from, int to, float[] values) {
        for (int i = from; i < to; i++) {
            values[i] += offset;
        }
    }
}
