package org.bitrank.engine.weights;

import java.util.stream.IntStream;
import org.bitrank.kernels.DType;

/**
 * The sum of two binary weights, {@code b1 * first + b2 * second} with bits of 0 and 1: DB-LLM.
 *
 * @param codes {@code [rows, columns]}: {@code b1 + 2 * b2}
 * @param groupSize columns of a group; a row's last may be shorter
 * @param first {@code [rows, groups]}
 * @param second {@code [rows, groups]}
 * @param type in which both are stored; they are already rounded to it
 */
public record DualBinaryWeight(int rows, int columns, byte[] codes, int groupSize, float[] first, float[] second, DType type)
        implements QuantizedWeight {
    public DualBinaryWeight {
        int numbers = rows * GroupedWeight.groups(columns, groupSize);
        if (codes.length != Math.multiplyExact(rows, columns) || first.length != numbers || second.length != numbers) {
            throw new IllegalArgumentException("codes must be one for each weight of [" + rows + ", " + columns + "], scales two a group");
        }
    }

    public int groups() {
        return GroupedWeight.groups(columns, groupSize);
    }

    @Override
    public double nominalBits() {
        return 2;
    }

    @Override
    public float[] toFloats() {
        int groups = groups();
        var values = new float[codes.length];
        IntStream.range(0, rows).parallel().forEach(row -> {
            for (int column = 0; column < columns; column++) {
                int at = row * columns + column;
                int group = row * groups + column / groupSize;
                values[at] = ((codes[at] & 1) == 0 ? 0 : first[group]) + ((codes[at] & 2) == 0 ? 0 : second[group]);
            }
        });
        return values;
    }
}
