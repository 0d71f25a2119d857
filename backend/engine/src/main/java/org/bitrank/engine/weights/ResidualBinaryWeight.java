package org.bitrank.engine.weights;

import java.util.stream.IntStream;
import org.bitrank.kernels.DType;

/**
 * Binary weights in two groups, and a few columns that are binarized twice: BiLLM. Means and spreads are those of a block of
 * columns in one row.
 *
 * <p>With signs of +1 and -1, a weight of an ordinary column is {@code mean + sign * spread} of the group that it belongs to;
 * one of a salient column is {@code mean + sign * spread + residualSign * residualSpread}.
 *
 * @param salient {@code [columns]}: which columns are binarized twice
 * @param codes {@code [rows, columns]}: bit 0 is the sign (1 is +); bit 1 is the residual sign in salient columns, elsewhere
 *     the group (1: the one of large weights)
 * @param blockSize columns of a block; a row's last may be shorter
 * @param numbers {@code [rows, blocks, 7]}: mean and spread of the group of small weights, mean and spread of that of large
 *     ones, mean, spread and residual spread of salient columns
 * @param type in which the numbers are stored; they are already rounded to it
 */
public record ResidualBinaryWeight(
        int rows, int columns, boolean[] salient, byte[] codes, int blockSize, float[] numbers, DType type) implements QuantizedWeight {
    /** Numbers that a block has in each row. */
    public static final int NUMBERS = 7;
    /** Where the numbers of each kind begin; the mean, then the spread or spreads. */
    public static final int SMALL = 0;

    public static final int LARGE = 2;
    public static final int SALIENT = 4;

    public static final int SIGN = 1;
    public static final int SECOND = 2;

    public ResidualBinaryWeight {
        if (salient.length != columns || codes.length != Math.multiplyExact(rows, columns)) {
            throw new IllegalArgumentException("masks must be one a column and codes one for each weight of [" + rows + ", " + columns + "]");
        }
        if (numbers.length != rows * GroupedWeight.groups(columns, blockSize) * NUMBERS) {
            throw new IllegalArgumentException(numbers.length + " means and spreads, which are " + NUMBERS + " for each block of each row");
        }
    }

    public int blocks() {
        return GroupedWeight.groups(columns, blockSize);
    }

    public int salientCount() {
        int count = 0;
        for (boolean one : salient) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /** Signs alone, as the paper counts: not the bitmap of the groups, nor means and spreads. */
    @Override
    public double nominalBits() {
        return 1 + (double) salientCount() / columns;
    }

    @Override
    public float[] toFloats() {
        int blocks = blocks();
        var values = new float[codes.length];
        IntStream.range(0, rows).parallel().forEach(row -> {
            for (int column = 0; column < columns; column++) {
                int at = row * columns + column;
                values[at] = value(codes[at], salient[column], numbers, (row * blocks + column / blockSize) * NUMBERS);
            }
        });
        return values;
    }

    /** @param from where the numbers of the weight's block and row begin */
    public static float value(int code, boolean salient, float[] numbers, int from) {
        boolean second = (code & SECOND) != 0;
        int kind = from + (salient ? SALIENT : second ? LARGE : SMALL);
        float once = numbers[kind] + ((code & SIGN) == 0 ? -numbers[kind + 1] : numbers[kind + 1]);
        return salient ? once + (second ? numbers[kind + 2] : -numbers[kind + 2]) : once;
    }
}
