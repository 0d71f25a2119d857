package org.bitrank.engine.weights;

import java.util.stream.IntStream;
import org.bitrank.kernels.DType;

/**
 * Groups of columns with codes of different widths: SliM-LLM.
 *
 * <p>A weight of a group of 2 or more bits is {@code (code - shift) * scale}, where the shift is a zero point that fits the
 * group's bits. With 1 bit it is {@code shift + scale} where the code is 1 and {@code shift - scale} where it is 0.
 *
 * @param groupSize columns of a group; the last may be shorter
 * @param bits of each group, the same in all rows
 * @param codes {@code [rows, columns]}
 * @param scales {@code [rows, groups]}
 * @param shifts {@code [rows, groups]}: whole zero points, or the means of groups of 1 bit
 * @param type in which scales and means are stored; they are already rounded to it
 */
public record MixedWidthWeight(
        int rows, int columns, int groupSize, int[] bits, byte[] codes, float[] scales, float[] shifts, DType type)
        implements QuantizedWeight {
    public MixedWidthWeight {
        int groups = GroupedWeight.groups(columns, groupSize);
        if (bits.length != groups || scales.length != rows * groups || shifts.length != scales.length) {
            throw new IllegalArgumentException("widths must be one a group, scales and shifts one a group and row");
        }
        if (codes.length != Math.multiplyExact(rows, columns)) {
            throw new IllegalArgumentException(codes.length + " codes for [" + rows + ", " + columns + "]");
        }
        for (int width : bits) {
            if (width < 1 || width > 8) {
                throw new IllegalArgumentException("codes take 1 to 8 bits, not " + width);
            }
        }
    }

    public int groups() {
        return bits.length;
    }

    /** Mean width of a code. */
    @Override
    public double nominalBits() {
        long sum = 0;
        for (int column = 0; column < columns; column++) {
            sum += bits[column / groupSize];
        }
        return (double) sum / columns;
    }

    @Override
    public float[] toFloats() {
        int groups = bits.length;
        var values = new float[codes.length];
        IntStream.range(0, rows).parallel().forEach(row -> {
            for (int column = 0; column < columns; column++) {
                int at = row * columns + column;
                int group = column / groupSize;
                values[at] = value(codes[at] & 0xFF, bits[group], scales[row * groups + group], shifts[row * groups + group]);
            }
        });
        return values;
    }

    public static float value(int code, int bits, float scale, float shift) {
        if (bits == 1) {
            return code == 0 ? shift - scale : shift + scale;
        }
        return (code - shift) * scale;
    }
}
