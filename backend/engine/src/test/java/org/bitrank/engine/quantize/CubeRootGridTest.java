package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CubeRootGridTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 8})
    void roundsUniformlyInTheCubeRoot(int bits) {
        var grid = new CubeRootGrid(bits);
        double last = (1 << bits) - 1;
        var random = new Random(bits);
        var numbers = new float[1000];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        float largest = GroupRuns.largest(numbers, 0, numbers.length);
        float[] rounded = numbers.clone();
        grid.round(rounded, 0, rounded.length);
        int offByRounding = 0;
        for (int i = 0; i < numbers.length; i++) {
            double root = Math.rint((Math.cbrt(numbers[i] / largest) + 1) * last / 2);
            double expected = Math.pow((2 * root - last) / last, 3) * largest;
            offByRounding += Math.abs(rounded[i] - expected) < 1e-5 ? 0 : 1;
        }
        assertThat(offByRounding).isLessThanOrEqualTo(1);
        assertThat(GroupRuns.largest(rounded, 0, rounded.length)).isCloseTo(largest, within(1e-6f));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8})
    void zerosStayZeros(int bits) {
        var zeros = new float[8];
        new CubeRootGrid(bits).round(zeros, 0, 8);
        assertThat(zeros).containsOnly(0);
    }
}
