package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CubeRootGridTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 8})
    void codesAreUniformInTheCubeRoot(int bits) {
        var grid = new CubeRootGrid(bits);
        double last = (1 << bits) - 1;
        var random = new Random(bits);
        var numbers = new float[1000];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        float largest = GroupRuns.largest(numbers, 0, numbers.length);
        var codes = new byte[numbers.length];
        grid.codes(numbers, 0, numbers.length, largest, codes);
        int onABorder = 0;
        for (int i = 0; i < numbers.length; i++) {
            double root = (Math.cbrt(numbers[i] / largest) + 1) * last / 2;
            onABorder += Math.abs(root - Math.rint(root)) > 0.4999 ? 1 : 0;
            assertThat((codes[i] & 0xFF) - root).isBetween(-0.5001, 0.5001);
        }
        assertThat(onABorder).isLessThan(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void levelsAreSymmetricAndReachTheLargest(int bits) {
        float[] levels = new CubeRootGrid(bits).grid().levels();
        assertThat(levels).hasSize(1 << bits).startsWith(-1).endsWith(1).isSorted();
        for (int code = 0; code < levels.length; code++) {
            assertThat(levels[levels.length - 1 - code]).isEqualTo(-levels[code]);
        }
    }
}
