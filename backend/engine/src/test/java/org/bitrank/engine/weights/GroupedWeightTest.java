package org.bitrank.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.bitrank.kernels.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GroupedWeightTest {
    private static final int ROWS = 7;
    private static final int COLUMNS = 22;

    static List<GroupLayout> layouts() {
        var scattered = new int[COLUMNS];
        for (int column = 0; column < COLUMNS; column++) {
            scattered[column] = column * 5 % 6;
        }
        return List.of(
                new GroupLayout.AlongColumns(4),
                new GroupLayout.AlongColumns(COLUMNS),
                new GroupLayout.Scattered(4, scattered),
                new GroupLayout.Blocks(3, 5),
                new GroupLayout.Blocks(ROWS, COLUMNS),
                new GroupLayout.Flat(4),
                new GroupLayout.Flat(64),
                new GroupLayout.Strided(11));
    }

    /** One weight after another, by what grid and layout say of it: integers and levels, with and without zero points and offsets. */
    @ParameterizedTest
    @MethodSource("layouts")
    void everyWeightMeansItsLevelUnderItsGroupsNumbers(GroupLayout layout) {
        var random = new Random(1);
        int groups = layout.count(ROWS, COLUMNS);
        float[] scales = numbers(random, groups);
        float[] zeros = numbers(random, groups);
        float[] offsets = numbers(random, groups);
        var codes = new byte[ROWS * COLUMNS];
        random.nextBytes(codes);
        for (int i = 0; i < codes.length; i++) {
            codes[i] &= 15;
        }
        for (Grid grid : List.of(new AffineGrid(4, false), Codebooks.NF4)) {
            for (boolean shifted : new boolean[] {false, true}) {
                var weight = new GroupedWeight(ROWS, COLUMNS, grid, codes, layout, GroupNumbers.plain(scales, DType.FLOAT32),
                        grid == Codebooks.NF4 ? null : zeros, shifted ? GroupNumbers.plain(offsets, DType.FLOAT32) : null);
                var expected = new float[codes.length];
                for (int i = 0; i < codes.length; i++) {
                    int group = layout.group(i / COLUMNS, i % COLUMNS, COLUMNS);
                    float value = grid.decode(codes[i], scales[group], zeros[group]);
                    expected[i] = shifted ? value + offsets[group] : value;
                }
                assertThat(weight.toFloats()).isEqualTo(expected);
            }
        }
    }

    private static float[] numbers(Random random, int count) {
        var numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextFloat();
        }
        return numbers;
    }
}
