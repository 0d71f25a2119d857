package org.bitrank.engine.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.CodebookGrid;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Grid;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.DType;

/** One quantized matrix of each kind that methods make, small and filled at random. */
final class MatrixKinds {
    static final int ROWS = 64;
    static final int COLUMNS = 256;

    private static final Random RANDOM = new Random(5);

    private MatrixKinds() {}

    /** By a name that tells the kind. */
    static Map<String, GroupedWeight> all() {
        var kinds = new LinkedHashMap<String, GroupedWeight>();
        for (int bits = 1; bits <= 8; bits++) {
            for (boolean symmetric : new boolean[] {true, false}) {
                String name = "int" + bits + (symmetric ? " sym" : " asym");
                kinds.put(name + " g32", integers(bits, symmetric, new GroupLayout.AlongColumns(32)));
                kinds.put(name + " channel", integers(bits, symmetric, new GroupLayout.AlongColumns(COLUMNS)));
            }
            kinds.put("int" + bits + " asym act-order", integers(bits, false, scattered()));
            kinds.put("int" + bits + " float zeros g64", floatZeros(bits, new GroupLayout.AlongColumns(64)));
            kinds.put("int" + bits + " float zeros axis 0", floatZeros(bits, new GroupLayout.Strided(ROWS * COLUMNS / 64)));
        }
        kinds.put("int8 sym tensor", integers(8, true, new GroupLayout.Blocks(ROWS, COLUMNS)));
        kinds.put("int8 sym rows by maxima", withScales(integers(8, true, new GroupLayout.AlongColumns(COLUMNS)), new GroupNumbers.Maxima(numbers(ROWS), 127)));
        kinds.put("float8 tensor", codebook(Codebooks.E4M3, new GroupLayout.Blocks(ROWS, COLUMNS)));
        kinds.put("float8 channel", codebook(Codebooks.E4M3, new GroupLayout.AlongColumns(COLUMNS)));
        kinds.put("float8 block", codebook(Codebooks.E4M3, new GroupLayout.Blocks(32, 128)));
        kinds.put("mxfp8", withScales(codebook(Codebooks.E4M3, new GroupLayout.AlongColumns(32)), powers(ROWS * COLUMNS / 32)));
        kinds.put("mxfp4", withScales(codebook(Codebooks.E2M1, new GroupLayout.AlongColumns(32)), powers(ROWS * COLUMNS / 32)));
        kinds.put("nvfp4", withScales(codebook(Codebooks.E2M1, new GroupLayout.AlongColumns(16)), new GroupNumbers.Float8(float8(ROWS * COLUMNS / 16), 37.5f)));
        kinds.put("nf4", flat(Codebooks.NF4));
        kinds.put("fp4", flat(Codebooks.FP4));
        kinds.put("nf4 double", withScales(flat(Codebooks.NF4), doubled(ROWS * COLUMNS / 64)));
        kinds.put("fp4 double", withScales(flat(Codebooks.FP4), doubled(ROWS * COLUMNS / 64)));
        kinds.put("ternary matrix", codebook(Codebooks.TERNARY, new GroupLayout.Blocks(ROWS, COLUMNS)));
        kinds.put("ternary shards of rows", codebook(Codebooks.TERNARY, new GroupLayout.Blocks(ROWS / 2, COLUMNS)));
        kinds.put("ternary shards of columns", codebook(Codebooks.TERNARY, new GroupLayout.Blocks(ROWS, COLUMNS / 4)));
        kinds.put("ternary reciprocal", withScales(codebook(Codebooks.TERNARY, new GroupLayout.Blocks(ROWS, COLUMNS)), new GroupNumbers.Reciprocal(37.5f, DType.FLOAT32)));
        return kinds;
    }

    private static GroupLayout scattered() {
        var groups = new int[COLUMNS];
        for (int i = 0; i < COLUMNS; i++) {
            groups[i] = i * 5 % 8;
        }
        return new GroupLayout.Scattered(32, groups);
    }

    private static GroupedWeight integers(int bits, boolean symmetric, GroupLayout layout) {
        int groups = layout.count(ROWS, COLUMNS);
        float[] zeros = symmetric ? null : new float[groups];
        for (int i = 0; zeros != null && i < groups; i++) {
            zeros[i] = 1 + RANDOM.nextInt((1 << bits) - 1);
        }
        var grid = new AffineGrid(bits, symmetric);
        return new GroupedWeight(ROWS, COLUMNS, grid, codes(1 << bits), layout, GroupNumbers.plain(numbers(groups), DType.FLOAT16), zeros, null);
    }

    private static GroupedWeight floatZeros(int bits, GroupLayout layout) {
        int groups = layout.count(ROWS, COLUMNS);
        var grid = new AffineGrid(bits, false);
        return new GroupedWeight(ROWS, COLUMNS, grid, codes(1 << bits), layout, GroupNumbers.plain(numbers(groups), DType.FLOAT16), numbers(groups), null);
    }

    private static GroupedWeight codebook(CodebookGrid grid, GroupLayout layout) {
        byte[] codes = grid == Codebooks.E4M3 ? float8(ROWS * COLUMNS) : codes(grid.levels().length);
        int groups = layout.count(ROWS, COLUMNS);
        return new GroupedWeight(ROWS, COLUMNS, grid, codes, layout, GroupNumbers.plain(numbers(groups), DType.FLOAT16), null, null);
    }

    private static GroupedWeight flat(CodebookGrid grid) {
        var layout = new GroupLayout.Flat(64);
        return withScales(codebook(grid, layout), GroupNumbers.plain(numbers(layout.count(ROWS, COLUMNS)), DType.FLOAT32));
    }

    private static GroupedWeight withScales(GroupedWeight weight, GroupNumbers scales) {
        Grid grid = weight.grid();
        return new GroupedWeight(ROWS, COLUMNS, grid, weight.codes(), weight.layout(), scales, weight.zeros(), null);
    }

    private static GroupNumbers doubled(int groups) {
        var codes = new byte[groups];
        RANDOM.nextBytes(codes);
        return new GroupNumbers.DoubleQuantized(codes, Codebooks.DYNAMIC.levels(), numbers((groups + 255) / 256), 256, 0.375f);
    }

    private static GroupNumbers powers(int groups) {
        var codes = new byte[groups];
        for (int i = 0; i < groups; i++) {
            codes[i] = (byte) (110 + RANDOM.nextInt(20));
        }
        return new GroupNumbers.PowersOfTwo(codes);
    }

    private static byte[] codes(int count) {
        var codes = new byte[ROWS * COLUMNS];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) RANDOM.nextInt(count);
        }
        return codes;
    }

    /** No NaN among them. */
    private static byte[] float8(int count) {
        var codes = new byte[count];
        for (int i = 0; i < count; i++) {
            codes[i] = (byte) (RANDOM.nextInt(127) | RANDOM.nextInt(2) << 7);
        }
        return codes;
    }

    /** Above 0 and exact in float16. */
    private static float[] numbers(int count) {
        var numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = RANDOM.nextFloat(0.01f, 2);
        }
        return DenseWeight.of(numbers, 1, count, DType.FLOAT16).toFloats();
    }
}
