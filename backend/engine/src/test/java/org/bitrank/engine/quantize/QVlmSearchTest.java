package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.bitrank.engine.weights.ActivationScheme;
import org.junit.jupiter.api.Test;

/** The parts of Q-VLM's search, on numbers that can be followed by hand. */
class QVlmSearchTest {
    private static ActivationScheme scheme(boolean symmetric, float scale, float zero) {
        return new ActivationScheme(ActivationScheme.Type.INT, 4, ActivationScheme.Granularity.TENSOR, 0, symmetric, false,
                new float[] {scale}, symmetric ? null : new float[] {zero});
    }

    @Test
    void entropyOfShares() {
        // Shares of 1/4, 1/4 and 1/2.
        assertThat(ActivationEntropy.of(new float[] {1, -1, 0, 2})).isCloseTo(1.5 * Math.log(2), within(1e-12));
        assertThat(ActivationEntropy.of(new float[] {-7, 7, 7, 7, 7, 7, -7, 7})).isCloseTo(Math.log(8), within(1e-12));
        assertThat(ActivationEntropy.of(new float[] {0, 5})).isCloseTo(0, within(1e-12));
        assertThat(ActivationEntropy.of(new float[3])).isZero();
        assertThat(ActivationEntropy.of(new float[0])).isZero();
    }

    @Test
    void entropyOfRoundedNumbers() {
        float[] values = {1.2f, -0.8f, 0.1f, 2.4f};
        assertThat(ActivationEntropy.of(values, 4, scheme(true, 1, 0))).isCloseTo(1.5 * Math.log(2), within(1e-12));
        assertThat(ActivationEntropy.of(values, 4, scheme(false, 1, 3))).isCloseTo(1.5 * Math.log(2), within(1e-12));
        // Codes from 0 on reach no lower than 0: 1, 0, 0, 2.
        assertThat(ActivationEntropy.of(values, 4, scheme(false, 1, 0)))
                .isCloseTo(ActivationEntropy.of(new float[] {1, 2}), within(1e-12));
    }

    @Test
    void layersThatReachTheMeanOrFillABlockOpenAnother() {
        var blocks = new SearchBlocks(3);
        // Means in front: -, 2, 3/2, 2, 7/4, 8/5, 9/6; the sixth layer stands behind a full block.
        assertThat(blocks.cut(new double[] {2, 1, 3, 1, 1, 1, 1})).containsExactly(0, 2, 5);
        // The mean goes on from 10/7.
        assertThat(blocks.cut(new double[] {1, 1.5, 1.3})).containsExactly(0, 1);
        assertThat(new SearchBlocks(3).cut(new double[] {1, 1, 0.5})).containsExactly(0, 1);
    }

    @Test
    void theSearchFindsTheBestCombination() {
        var random = new Random(3);
        double[][][] values = new double[4][4][4];
        var all = new ArrayList<int[]>();
        for (int a = 0; a < 4; a++) {
            for (int b = 0; b < 4; b++) {
                for (int c = 0; c < 4; c++) {
                    values[a][b][c] = random.nextDouble();
                    all.add(new int[] {a, b, c});
                }
            }
        }
        int[] smallest = all.stream().min(Comparator.comparingDouble(at -> values[at[0]][at[1]][at[2]])).orElseThrow();
        assertThat(JointSearch.best(3, 4, at -> values[at[0]][at[1]][at[2]])).containsExactly(smallest);
        // One place after the other would stay at 0, 0.
        double[][] coupled = {{1, 2}, {2, 0}};
        assertThat(JointSearch.best(2, 2, at -> coupled[at[0]][at[1]])).containsExactly(1, 1);
        assertThat(JointSearch.best(2, 3, at -> 1)).containsExactly(0, 0);
    }

    @Test
    void factorsGoDownFromTheWholeRange() {
        QVlm.Options usual = new QVlm().schema().defaults();
        assertThat(usual.languageFactors()).isEqualTo(List.of(1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4));
        assertThat(usual.towerFactors()).isEqualTo(List.of(1.0, 0.999, 0.998));
    }
}
