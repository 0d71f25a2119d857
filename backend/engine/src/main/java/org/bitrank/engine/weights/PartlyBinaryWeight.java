package org.bitrank.engine.weights;

import java.util.stream.IntStream;
import org.bitrank.kernels.DType;

/**
 * A few salient weights on a fine grid of their row, all others binary: PB-LLM.
 *
 * <p>A salient weight is {@code (code - zero) * scale} with the scale and zero point of its row, any other
 * {@code mean + spread} where its code is 1 and {@code mean - spread} where it is 0, with the mean and spread of its group.
 *
 * @param salientBits of a salient weight's code, 2 to 8
 * @param salient {@code [rows, columns]}
 * @param codes {@code [rows, columns]}: of salient weights unsigned codes, of the others 0 or 1
 * @param scales one a row
 * @param zeros one a row, whole numbers that fit {@code salientBits}
 * @param groupSize columns of a group; a row's last may be shorter
 * @param means {@code [rows, groups]}
 * @param spreads {@code [rows, groups]}
 * @param type in which scales, means and spreads are stored; they are already rounded to it
 */
public record PartlyBinaryWeight(
        int rows,
        int columns,
        int salientBits,
        boolean[] salient,
        byte[] codes,
        float[] scales,
        float[] zeros,
        int groupSize,
        float[] means,
        float[] spreads,
        DType type)
        implements QuantizedWeight {
    public PartlyBinaryWeight {
        int numbers = rows * GroupedWeight.groups(columns, groupSize);
        if (salient.length != Math.multiplyExact(rows, columns) || codes.length != salient.length) {
            throw new IllegalArgumentException("masks and codes must be one for each weight of [" + rows + ", " + columns + "]");
        }
        if (scales.length != rows || zeros.length != rows || means.length != numbers || spreads.length != numbers) {
            throw new IllegalArgumentException("scales and zeros must be one a row, means and spreads one a group");
        }
        if (salientBits < 2 || salientBits > 8) {
            throw new IllegalArgumentException("salient weights take 2 to 8 bits, not " + salientBits);
        }
    }

    public int groups() {
        return GroupedWeight.groups(columns, groupSize);
    }

    public int salientCount() {
        int count = 0;
        for (boolean one : salient) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /** Codes alone, as the paper counts: neither the bitmap that says which weights are salient nor means and spreads. */
    @Override
    public double nominalBits() {
        return 1 + (salientBits - 1.0) * salientCount() / salient.length;
    }

    @Override
    public float[] toFloats() {
        int groups = groups();
        var values = new float[codes.length];
        IntStream.range(0, rows).parallel().forEach(row -> {
            for (int column = 0; column < columns; column++) {
                int at = row * columns + column;
                int group = row * groups + column / groupSize;
                values[at] = salient[at]
                        ? ((codes[at] & 0xFF) - zeros[row]) * scales[row]
                        : means[group] + (codes[at] == 0 ? -spreads[group] : spreads[group]);
            }
        });
        return values;
    }
}
