package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.bitrank.kernels.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against summing every grid's powers as they are written down. */
class GridSearchTest {
    private static final int GROUP = 48;
    private static final int GRIDS = 101;

    private static final class Grids {
        final float[] scales = new float[GRIDS];
        final float[] zeros = new float[GRIDS];
        final GridSearch search = new GridSearch(GRIDS);

        /** Steps of the full range down to a fifth of it. */
        Grids(float[] weights, int bits, DType type) {
            float low = 0;
            float high = 0;
            for (float weight : weights) {
                low = Math.min(low, weight);
                high = Math.max(high, weight);
            }
            int largest = (1 << bits) - 1;
            for (int i = 0; i < GRIDS; i++) {
                float share = 1 - 0.8f * i / GRIDS;
                scales[i] = GroupGrid.stored(share * (high - low) / largest, type);
                zeros[i] = (float) Math.clamp(Math.rint(-share * low / scales[i]), 0, largest);
                search.add(scales[i], zeros[i]);
            }
        }

        int bestByPowers(float[] weights, float[] importance, int bits) {
            int best = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int grid = 0; grid < GRIDS; grid++) {
                double sum = 0;
                for (int i = 0; i < weights.length; i++) {
                    double code = Math.clamp(Math.rint(weights[i] / scales[grid]) + zeros[grid], 0, (1 << bits) - 1);
                    float rounded = ((float) code - zeros[grid]) * scales[grid];
                    sum += (importance == null ? 1 : importance[i]) * Math.pow(Math.abs(rounded - weights[i]), 2.4);
                }
                if (sum < least) {
                    least = sum;
                    best = grid;
                }
            }
            return best;
        }
    }

    private static float[] weights(Random random, double size) {
        var weights = new float[GROUP];
        for (int i = 0; i < GROUP; i++) {
            weights[i] = (float) (size * random.nextGaussian() * (random.nextInt(20) == 0 ? 6 : 1));
        }
        return weights;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 8})
    void choosesWhatThePowersChoose(int bits) {
        var random = new Random(bits);
        for (double size : new double[] {1e-6, 0.02, 1, 300}) {
            for (int round = 0; round < 50; round++) {
                float[] weights = weights(random, size);
                var grids = new Grids(weights, bits, round % 2 == 0 ? DType.FLOAT32 : DType.BFLOAT16);
                float[] importance = null;
                if (round % 3 == 0) {
                    importance = new float[GROUP];
                    for (int i = 0; i < GROUP; i++) {
                        importance[i] = random.nextInt(5);
                    }
                }
                assertThat(grids.search.best(weights, 0, GROUP, importance, (1 << bits) - 1))
                        .isEqualTo(grids.bestByPowers(weights, importance, bits));
            }
        }
    }

    @Test
    void ofEqualGridsTakesTheFirst() {
        var search = new GridSearch(3);
        search.add(2, 0);
        search.add(1, 0);
        search.add(1, 0);
        assertThat(search.best(new float[] {1, 2, 3}, 0, 3, null, 3)).isEqualTo(1);
    }

    @Test
    void weightsThatAreNoNumbersGetTheFirstGrid() {
        var search = new GridSearch(2);
        search.add(1, 0);
        search.add(2, 0);
        assertThat(search.best(new float[] {Float.NaN, 1}, 0, 2, null, 3)).isZero();
    }
}
