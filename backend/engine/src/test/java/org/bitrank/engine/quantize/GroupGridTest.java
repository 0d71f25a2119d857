package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupGridTest {
    private static GroupGrid grid(int bits, boolean symmetric, WeightSettings.ScaleType type, boolean search) {
        return new GroupGrid(new WeightSettings(WeightSettings.Type.INT, bits, 128, symmetric, type), search);
    }

    @Test
    void asymmetricRangeHoldsZero() {
        var grid = grid(2, false, WeightSettings.ScaleType.FLOAT32, false);
        grid.fit(new float[] {1, 3}, 0, 2);
        assertThat(new float[] {grid.scale(), grid.zero(), grid.code(1), grid.code(3)}).containsExactly(1, 0, 1, 3);
    }

    @Test
    void symmetricRangeIsTheLargestMagnitudeBothWaysEvenWhenAllArePositive() {
        var grid = grid(2, true, WeightSettings.ScaleType.FLOAT32, false);
        grid.fit(new float[] {1.5f, 0.5f}, 0, 2);
        assertThat(new float[] {grid.scale(), grid.zero(), grid.code(1.5f)}).containsExactly(1, 2, 3);
    }

    @Test
    void halvesRoundToEven() {
        var grid = grid(4, false, WeightSettings.ScaleType.FLOAT32, false);
        grid.use(1, 0);
        assertThat(new int[] {grid.code(0.5f), grid.code(1.5f), grid.code(2.5f)}).containsExactly(0, 2, 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aGroupOfZerosDecodesToZeros(boolean symmetric) {
        var grid = grid(3, symmetric, WeightSettings.ScaleType.FLOAT16, false);
        grid.fit(new float[4], 0, 4);
        assertThat(grid.decode(grid.code(0))).isZero();
    }

    @Test
    void codesAreChosenAgainstTheStoredScale() {
        var grid = grid(4, false, WeightSettings.ScaleType.FLOAT16, false);
        grid.fit(new float[] {-0.1f, 0.2f}, 0, 2);
        assertThat(grid.scale()).isEqualTo(Float.float16ToFloat(Float.floatToFloat16(0.3f / 15)));
    }

    @Test
    void aScaleTooSmallForItsTypeBecomesTheSmallestOne() {
        var grid = grid(4, false, WeightSettings.ScaleType.FLOAT16, false);
        grid.fit(new float[] {-1e-10f, 1e-10f}, 0, 2);
        assertThat(grid.decode(grid.code(1e-10f))).isZero();
    }

    @Test
    void aScaleTooLargeForItsTypeIsRefusedWithWhatToDo() {
        var grid = grid(2, true, WeightSettings.ScaleType.FLOAT16, false);
        assertThatThrownBy(() -> grid.fit(new float[] {1e6f}, 0, 1))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("set weights.scale-type to bfloat16 or float32");
    }

    @Test
    void bfloat16ScalesRoundHalfToEven() {
        assertThat(GroupGrid.stored(1 + 0x1p-8f, DType.BFLOAT16)).isEqualTo(1);
    }

    @Test
    void searchGivesUpAnOutlierWhenThatHelpsTheRest() {
        var weights = new float[256];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i % 16 - 7.5f) / 10;
        }
        weights[0] = 1.2f;
        var plain = grid(2, false, WeightSettings.ScaleType.FLOAT32, false);
        var searched = grid(2, false, WeightSettings.ScaleType.FLOAT32, true);
        plain.fit(weights, 0, weights.length);
        searched.fit(weights, 0, weights.length);
        assertThat(error(searched, weights)).isLessThan(error(plain, weights));
    }

    private static double error(GroupGrid grid, float[] weights) {
        double sum = 0;
        for (float weight : weights) {
            sum += Math.pow(Math.abs(grid.decode(grid.code(weight)) - weight), 2.4);
        }
        return sum;
    }
}
