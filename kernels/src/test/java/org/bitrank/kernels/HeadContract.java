package org.bitrank.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitrank.kernels.Operands.assertClose;
import static org.bitrank.kernels.Operands.numbers;
import static org.bitrank.kernels.Operands.pack;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The language-model head: log-probabilities, the likeliest tokens, two models' distributions compared. */
interface HeadContract extends BackendPair {
    @ParameterizedTest
    @CsvSource({"1, 3, 2", "3, 17, 65", "65, 64, 5000", "130, 33, 1025", "17, 96, 9001"})
    default void targetLogProbsEqualTheReference(int rows, int inputs, int vocabulary) {
        float[] hidden = numbers(rows * inputs, 71, 1);
        float[] head = numbers(vocabulary * inputs, 72, 1);
        int[] targets = targets(rows, vocabulary);
        var expected = new float[rows];
        var expectedArgmax = new int[rows];
        var actual = new float[rows];
        var actualArgmax = new int[rows];
        score(oracle(), hidden, head, targets, rows, inputs, vocabulary, expected, expectedArgmax);
        score(backend(), hidden, head, targets, rows, inputs, vocabulary, actual, actualArgmax);
        assertClose(actual, expected, 2e-6f);
        assertThat(actualArgmax).isEqualTo(expectedArgmax);
    }

    @Test
    default void theLowestIdWinsAmongEquallyLikelyTokens() {
        float[] hidden = {1, 0, 0};
        float[] head = new float[3 * 200];
        head[3 * 150] = 1;
        head[3 * 77] = 1;
        var argmax = new int[1];
        score(backend(), hidden, head, new int[] {5}, 1, 3, 200, new float[1], argmax);
        assertThat(argmax).containsExactly(77);
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 2", "65, 64, 5000", "17, 33, 1025"})
    default void comparedDistributionsEqualTheReference(int rows, int inputs, int vocabulary) {
        Distributions expected = compared(oracle(), rows, inputs, vocabulary);
        Distributions actual = compared(backend(), rows, inputs, vocabulary);
        assertClose(actual.logProbs(), expected.logProbs(), 2e-6f);
        assertClose(actual.baseLogProbs(), expected.baseLogProbs(), 2e-6f);
        assertClose(actual.divergence(), expected.divergence(), 1e-5f);
        assertThat(actual.argmax()).isEqualTo(expected.argmax());
        assertThat(actual.baseArgmax()).isEqualTo(expected.baseArgmax());
        assertThat(actual.topShared()).isEqualTo(expected.topShared());
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 2", "1030, 16, 300", "65, 64, 5000"})
    default void tokensSharedWithANearbyModelEqualTheReference(int rows, int inputs, int vocabulary) {
        int[] expected = sharedWithNearby(oracle(), rows, inputs, vocabulary);
        assertThat(sharedWithNearby(backend(), rows, inputs, vocabulary)).isEqualTo(expected);
        assertThat(Arrays.stream(expected).sum()).isPositive();
    }

    @Test
    default void tokensWithEqualLogitsAreSharedByTheirIds() {
        // All tokens are equally likely, so that both models' first five are the first five.
        var out = Distributions.of(1);
        try (PackedMatrix head = pack(backend(), new float[70 * 3], 70, 3);
                Tensor hidden = backend().upload(numbers(3, 97, 1), new Shape(1, 3))) {
            backend().compareDistributions(hidden, head, hidden, head, new int[] {69}, out);
        }
        assertThat(out.topShared()).containsExactly(Distributions.TOP);
    }

    private static void score(Backend on, float[] hidden, float[] head, int[] targets, int rows, int inputs, int vocabulary,
            float[] logProbs, int[] argmax) {
        try (PackedMatrix packed = pack(on, head, vocabulary, inputs);
                Tensor h = on.upload(hidden, new Shape(rows, inputs))) {
            on.targetLogProbs(h, packed, targets, logProbs, argmax);
        }
    }

    private static Distributions compared(Backend on, int rows, int inputs, int vocabulary) {
        int baseInputs = inputs + 5;
        Distributions out = Distributions.of(rows);
        try (PackedMatrix baseHead = pack(on, numbers(vocabulary * baseInputs, 91, 0.4f), vocabulary, baseInputs);
                PackedMatrix head = pack(on, numbers(vocabulary * inputs, 92, 0.4f), vocabulary, inputs);
                Tensor baseHidden = on.upload(numbers(rows * baseInputs, 93, 1), new Shape(rows, baseInputs));
                Tensor hidden = on.upload(numbers(rows * inputs, 94, 1), new Shape(rows, inputs))) {
            on.compareDistributions(baseHidden, baseHead, hidden, head, targets(rows, vocabulary), out);
        }
        return out;
    }

    private static int[] sharedWithNearby(Backend on, int rows, int inputs, int vocabulary) {
        float[] base = numbers(rows * inputs, 95, 1);
        float[] noise = numbers(rows * inputs, 96, 0.2f);
        float[] moved = new float[base.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = base[i] + noise[i];
        }
        Distributions out = Distributions.of(rows);
        try (PackedMatrix head = pack(on, numbers(vocabulary * inputs, 91, 0.4f), vocabulary, inputs);
                Tensor baseHidden = on.upload(base, new Shape(rows, inputs));
                Tensor hidden = on.upload(moved, new Shape(rows, inputs))) {
            on.compareDistributions(baseHidden, head, hidden, head, targets(rows, vocabulary), out);
        }
        return out.topShared();
    }

    private static int[] targets(int rows, int vocabulary) {
        return IntStream.range(0, rows).map(i -> (i * 7919 + vocabulary - 1) % vocabulary).toArray();
    }
}
