package org.bitrank.engine.checkpoint.bitrank;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.CodebookGrid;
import org.bitrank.engine.weights.DualBinaryWeight;
import org.bitrank.engine.weights.Grid;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.MixedWidthWeight;
import org.bitrank.engine.weights.PartlyBinaryWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.engine.weights.RandomRotation;
import org.bitrank.engine.weights.ResidualBinaryWeight;
import org.bitrank.engine.weights.RotatedWeight;
import org.bitrank.kernels.DType;

/** Made-up matrices of every kind, with sizes that nothing divides. */
final class BitrankMatrices {
    private static final int ROWS = 7;
    private static final int COLUMNS = 45;
    private static final int GROUP = 16;
    private static final int GROUPS = 3;

    private BitrankMatrices() {}

    static Map<String, QuantizedWeight> all() {
        var random = new Random(9);
        var all = new LinkedHashMap<String, QuantizedWeight>();
        for (int bits = 1; bits <= 8; bits++) {
            all.put("affine " + bits, grouped(random, new AffineGrid(bits, false), new GroupLayout.AlongColumns(GROUP),
                    plain(random, ROWS * GROUPS, DType.FLOAT16), zeros(random, ROWS * GROUPS, bits), null));
        }
        all.put("symmetric", grouped(random, new AffineGrid(3, true), new GroupLayout.AlongColumns(COLUMNS), plain(random, ROWS, DType.BFLOAT16), null, null));
        all.put("scattered", grouped(random, new AffineGrid(4, true), new GroupLayout.Scattered(GROUP, index(random)),
                plain(random, ROWS * GROUPS, DType.FLOAT32), null, null));
        all.put("blocks", grouped(random, levels(5, 32), new GroupLayout.Blocks(4, 10), plain(random, 2 * 5, DType.FLOAT32), null, null));
        int flat = (ROWS * COLUMNS + 63) / 64;
        all.put("twice quantized", grouped(random, levels(4, 16), new GroupLayout.Flat(64), twice(random, flat, 2), null, twice(random, flat, 3)));
        all.put("strided", grouped(random, new AffineGrid(2, false), new GroupLayout.Strided(11), plain(random, 11, DType.FLOAT16),
                floats(random, 11), plain(random, 11, DType.FLOAT16)));
        all.put("powers of two", grouped(random, levels(4, 15), new GroupLayout.AlongColumns(GROUP),
                new GroupNumbers.PowersOfTwo(codes(random, ROWS * GROUPS, 7)), null, null));
        all.put("float8 scales", grouped(random, levels(2, 3), new GroupLayout.AlongColumns(GROUP),
                new GroupNumbers.Float8(codes(random, ROWS * GROUPS, 6), 3.5f), null, null));
        all.put("half zeros", grouped(random, new AffineGrid(3, false), new GroupLayout.Blocks(ROWS, COLUMNS), plain(random, 1, DType.FLOAT16),
                new float[] {3.5f}, null));
        all.put("partly binary", partlyBinary(random, 8, 0.1));
        all.put("partly binary, 3 bits", partlyBinary(random, 3, 0.5));
        all.put("nothing salient", partlyBinary(random, 8, 0));
        all.put("all salient", partlyBinary(random, 5, 1));
        all.put("residual binary", residual(random, 0.1));
        all.put("no salient column", residual(random, 0));
        all.put("mixed widths", mixed(random, 1, 3, 2));
        all.put("mixed widths, none binary", mixed(random, 3, 5, 4));
        all.put("mixed widths, all binary", mixed(random, 1, 1, 1));
        all.put("dual binary", new DualBinaryWeight(ROWS, COLUMNS, codes(random, ROWS * COLUMNS, 2), GROUP, halves(random, ROWS * GROUPS),
                halves(random, ROWS * GROUPS), DType.FLOAT16));
        all.put("rotated", new RotatedWeight((GroupedWeight) all.get("half zeros"), new RandomRotation(ROWS, 17), new RandomRotation(COLUMNS, -3),
                new GroupNumbers.Plain(positive(random, COLUMNS), DType.FLOAT16)));
        all.put("rotated inputs alone", new RotatedWeight((GroupedWeight) all.get("half zeros"), null, new RandomRotation(COLUMNS, 1L << 40), null));
        return all;
    }

    private static GroupedWeight grouped(Random random, Grid grid, GroupLayout layout, GroupNumbers scales, float[] zeros, GroupNumbers offsets) {
        byte[] codes = codes(random, ROWS * COLUMNS, grid.bits());
        if (grid instanceof CodebookGrid codebook) {
            for (int i = 0; i < codes.length; i++) {
                codes[i] = (byte) ((codes[i] & 0xFF) % codebook.levels().length);
            }
        }
        return new GroupedWeight(ROWS, COLUMNS, grid, codes, layout, scales, zeros, offsets);
    }

    private static PartlyBinaryWeight partlyBinary(Random random, int bits, double share) {
        var salient = new boolean[ROWS * COLUMNS];
        byte[] codes = codes(random, salient.length, bits);
        for (int i = 0; i < salient.length; i++) {
            salient[i] = random.nextDouble() < share;
            codes[i] = salient[i] ? codes[i] : (byte) (codes[i] & 1);
        }
        return new PartlyBinaryWeight(ROWS, COLUMNS, bits, salient, codes, halves(random, ROWS), zeros(random, ROWS, bits), GROUP,
                halves(random, ROWS * GROUPS), halves(random, ROWS * GROUPS), DType.FLOAT16);
    }

    private static ResidualBinaryWeight residual(Random random, double share) {
        var salient = new boolean[COLUMNS];
        for (int column = 0; column < COLUMNS; column++) {
            salient[column] = random.nextDouble() < share;
        }
        return new ResidualBinaryWeight(ROWS, COLUMNS, salient, codes(random, ROWS * COLUMNS, 2), GROUP,
                halves(random, ROWS * GROUPS * ResidualBinaryWeight.NUMBERS), DType.FLOAT16);
    }

    private static MixedWidthWeight mixed(Random random, int... bits) {
        var codes = new byte[ROWS * COLUMNS];
        var shifts = new float[ROWS * GROUPS];
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                codes[row * COLUMNS + column] = (byte) random.nextInt(1 << bits[column / GROUP]);
            }
            for (int group = 0; group < GROUPS; group++) {
                shifts[row * GROUPS + group] = bits[group] == 1 ? half(random) : random.nextInt(1 << bits[group]);
            }
        }
        return new MixedWidthWeight(ROWS, COLUMNS, GROUP, bits, codes, halves(random, ROWS * GROUPS), shifts, DType.FLOAT16);
    }

    private static CodebookGrid levels(int bits, int count) {
        var levels = new float[count];
        for (int i = 0; i < count; i++) {
            levels[i] = (float) Math.cbrt(i - count / 3.0);
        }
        return new CodebookGrid("made up", bits, levels);
    }

    private static GroupNumbers twice(Random random, int groups, int blockSize) {
        return new GroupNumbers.DoubleQuantized(codes(random, groups, 8), floats(random, 256), floats(random, (groups + blockSize - 1) / blockSize), blockSize, 0.25f);
    }

    private static GroupNumbers plain(Random random, int count, DType type) {
        float[] values = halves(random, count);
        if (type == DType.BFLOAT16) {
            for (int i = 0; i < count; i++) {
                values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i]) & 0xFFFF_0000);
            }
        }
        return GroupNumbers.plain(values, type);
    }

    private static byte[] codes(Random random, int count, int bits) {
        var codes = new byte[count];
        for (int i = 0; i < count; i++) {
            codes[i] = (byte) random.nextInt(1 << bits);
        }
        return codes;
    }

    private static float[] zeros(Random random, int count, int bits) {
        var zeros = new float[count];
        for (int i = 0; i < count; i++) {
            zeros[i] = random.nextInt(1 << bits);
        }
        return zeros;
    }

    private static int[] index(Random random) {
        return random.ints(COLUMNS, 0, GROUPS).toArray();
    }

    private static float[] floats(Random random, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] halves(Random random, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = half(random);
        }
        return values;
    }

    private static float half(Random random) {
        return Float.float16ToFloat(Float.floatToFloat16((float) random.nextGaussian()));
    }

    private static float[] positive(Random random, int count) {
        float[] values = halves(random, count);
        for (int i = 0; i < count; i++) {
            values[i] = Math.abs(values[i]) + 0.5f;
            values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
        }
        return values;
    }
}
