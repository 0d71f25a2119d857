package org.bitrank.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomRotationTest {
    private static float[] identity(int size) {
        var matrix = new float[size * size];
        for (int i = 0; i < size; i++) {
            matrix[i * size + i] = 1;
        }
        return matrix;
    }

    /** 1, a prime, a square, a power of two, a product of unlike factors. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 13, 36, 64, 90, 768})
    void isOrthogonalAndItsOwnUndoing(int size) {
        var rotation = new RandomRotation(size, 42);
        float[] turned = identity(size);
        rotation.turnRows(turned);
        for (int i = 0; i < size; i += Math.max(1, size / 7)) {
            for (int j = 0; j < size; j++) {
                double dot = 0;
                for (int k = 0; k < size; k++) {
                    dot += (double) turned[i * size + k] * turned[j * size + k];
                }
                assertThat(dot).isCloseTo(i == j ? 1 : 0, within(1e-6));
            }
        }
        rotation.turnRowsBack(turned);
        float[] expected = identity(size);
        for (int i = 0; i < turned.length; i++) {
            assertThat(turned[i]).isCloseTo(expected[i], within(1e-6f));
        }
    }

    @Test
    void aSeedTellsEverythingAndAnotherTellsSomethingElse() {
        float[] one = identity(24);
        float[] same = identity(24);
        float[] other = identity(24);
        new RandomRotation(24, 7).turnRows(one);
        new RandomRotation(24, 7).turnRows(same);
        new RandomRotation(24, 8).turnRows(other);
        assertThat(one).isEqualTo(same).isNotEqualTo(other);
    }

    /** What it is for: an outlier is shared by all. */
    @Test
    void spreadsASpike() {
        var random = new Random(3);
        var row = new float[1024];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextGaussian() * 0.01f;
        }
        row[77] = 10;
        new RandomRotation(1024, 5).turnRows(row);
        float largest = 0;
        for (float value : row) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isLessThan(4);
    }
}
