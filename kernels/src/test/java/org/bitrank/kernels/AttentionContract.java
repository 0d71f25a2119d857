package org.bitrank.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitrank.kernels.Operands.assertClose;
import static org.bitrank.kernels.Operands.numbers;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention over sequences, caches, shared prefixes and windows, with and without an order of tokens. */
interface AttentionContract extends BackendPair {
    @ParameterizedTest
    @CsvSource({
        // tokens, heads, keyHeads, headSize, window
        "1, 1, 1, 64, 0", "3, 4, 2, 17, 0", "63, 9, 3, 64, 0", "65, 2, 1, 8, 0", "257, 4, 4, 32, 0",
        "300, 3, 1, 64, 100", "257, 2, 2, 128, 1", "130, 6, 2, 63, 64"
    })
    default void attentionOverOneSequenceEqualsTheReference(int tokens, int heads, int keyHeads, int headSize, int window) {
        var shape = new AttentionShape(heads, keyHeads, headSize, (float) (1 / Math.sqrt(headSize)), window);
        assertAttention(shape, tokens, tokens, AttentionRun.alone(0, tokens));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 64, 0", "3, 4, 2, 17, 0", "65, 6, 6, 8, 0", "300, 6, 1, 64, 100", "700, 3, 3, 32, 0"
    })
    default void attentionTakesLinearBiases(int tokens, int heads, int keyHeads, int headSize, int window) {
        assertAttention(withSlopes(heads, keyHeads, headSize, window), tokens, tokens, AttentionRun.alone(0, tokens));
    }

    @Test
    default void linearBiasesCountPlacesInTheSequenceAndNotInTheCache() {
        assertAttention(withSlopes(4, 2, 32, 0), 40, 900,
                AttentionRun.alone(0, 20),
                new AttentionRun(20, 5, new int[] {800, 20}, new int[] {20, 5}),
                new AttentionRun(25, 15, new int[] {300, 25}, new int[] {400, 15}));
        assertAttention(withSlopes(4, 2, 32, 0), 1, 1000, new AttentionRun(0, 1, new int[] {3, 900}, new int[] {700, 30}, true));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 64", "3, 4, 2, 17", "17, 4, 4, 8", "65, 6, 6, 8", "257, 2, 2, 64", "300, 6, 1, 64", "577, 2, 2, 64", "700, 3, 3, 32"})
    default void attentionWithoutOrderSeesAllKeysOfItsRun(int tokens, int heads, int keyHeads, int headSize) {
        var shape = AttentionShape.full(heads, keyHeads, headSize, (float) (1 / Math.sqrt(headSize)));
        assertAttention(shape, tokens, tokens, AttentionRun.alone(0, tokens));
        assertAttention(shape, 3 * tokens, 3 * tokens,
                AttentionRun.alone(0, tokens), AttentionRun.alone(tokens, tokens), AttentionRun.alone(2 * tokens, tokens));
        assertAttention(shape, tokens, 2 * tokens + 5, new AttentionRun(0, tokens, new int[] {tokens, 0}, new int[] {tokens + 5, tokens}));
        assertAttention(shape, 1, tokens, new AttentionRun(0, 1, new int[] {0}, new int[] {tokens}, true));
    }

    @Test
    default void attentionWithoutOrderDoesNotDependOnOtherRuns() {
        var shape = AttentionShape.full(4, 4, 64, 0.125f);
        float[] q = numbers(514 * 256, 61, 1);
        float[] k = numbers(514 * 256, 62, 1);
        float[] v = numbers(514 * 256, 63, 1);
        float[] together = attended(backend(), q, k, v, shape, 514, 514, AttentionRun.alone(0, 257), AttentionRun.alone(257, 257));
        float[] alone = attended(backend(), q, k, v, shape, 514, 514, AttentionRun.alone(257, 257));
        assertThat(Arrays.copyOfRange(together, 257 * 256, together.length))
                .isEqualTo(Arrays.copyOfRange(alone, 257 * 256, alone.length));
    }

    private static AttentionShape withSlopes(int heads, int keyHeads, int headSize, int window) {
        var slopes = new float[heads];
        for (int head = 0; head < heads; head++) {
            slopes[head] = (float) Math.pow(2, -1.5 * (head + 1));
        }
        return new AttentionShape(heads, keyHeads, headSize, (float) (1 / Math.sqrt(headSize)), window, slopes);
    }

    @Test
    default void attentionReadsACache() {
        var shape = new AttentionShape(6, 2, 64, 0.125f, 0);
        assertAttention(shape, 2, 1000,
                new AttentionRun(0, 1, new int[] {3}, new int[] {700}),
                new AttentionRun(1, 1, new int[] {990}, new int[] {1}));
        assertAttention(shape, 1, 1000, new AttentionRun(0, 1, new int[] {3}, new int[] {700}, true));
    }

    @Test
    default void attentionContinuesALongCache() {
        var shape = new AttentionShape(4, 2, 32, 0.2f, 0);
        assertAttention(shape, 150, 600, new AttentionRun(0, 150, new int[] {17}, new int[] {560}));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6})
    default void attentionSharesPrefixes(int window) {
        var shape = new AttentionShape(4, 1, 16, 0.25f, window);
        assertAttention(shape, 40, 40,
                AttentionRun.alone(0, 20),
                new AttentionRun(20, 5, new int[] {0, 20}, new int[] {20, 5}),
                new AttentionRun(25, 3, new int[] {0, 25}, new int[] {20, 3}),
                new AttentionRun(28, 12, new int[] {0, 25, 28}, new int[] {20, 1, 12}));
    }

    @Test
    default void attentionOfARunDoesNotDependOnOtherRuns() {
        var shape = new AttentionShape(6, 2, 64, 0.125f, 0);
        float[] q = numbers(200 * 6 * 64, 61, 1);
        float[] k = numbers(200 * 2 * 64, 62, 1);
        float[] v = numbers(200 * 2 * 64, 63, 1);
        float[] together = attended(backend(), q, k, v, shape, 200, 200,
                AttentionRun.alone(0, 70), AttentionRun.alone(70, 130));
        float[] alone = attended(backend(), q, k, v, shape, 200, 200, AttentionRun.alone(70, 130));
        int from = 70 * 6 * 64;
        assertThat(Arrays.copyOfRange(together, from, together.length))
                .isEqualTo(Arrays.copyOfRange(alone, from, alone.length));
    }

    /** A sequence in one piece, and the same in pieces that go on from each other, some of them twice and out of place. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    default void attentionOfATokenDoesNotDependOnHowItsSequenceIsCut(int window) {
        var shape = new AttentionShape(6, 2, 64, 0.125f, window);
        int width = 6 * 64;
        int keyWidth = 2 * 64;
        int tokens = 700;
        int again = 40;
        float[] q = numbers((tokens + again) * width, 61, 1);
        float[] k = numbers((tokens + again) * keyWidth, 62, 1);
        float[] v = numbers((tokens + again) * keyWidth, 63, 1);
        System.arraycopy(q, 560 * width, q, tokens * width, again * width);
        System.arraycopy(k, 560 * keyWidth, k, tokens * keyWidth, again * keyWidth);
        System.arraycopy(v, 560 * keyWidth, v, tokens * keyWidth, again * keyWidth);
        float[] whole = attended(backend(), q, k, v, shape, tokens + again, tokens + again, AttentionRun.alone(0, tokens));
        float[] pieces = attended(backend(), q, k, v, shape, tokens + again, tokens + again,
                AttentionRun.alone(0, 300),
                new AttentionRun(300, 1, new int[] {0, 300}, new int[] {300, 1}),
                new AttentionRun(301, 259, new int[] {0, 300, 301}, new int[] {300, 1, 259}),
                new AttentionRun(560, 140, new int[] {0, 560}, new int[] {560, 140}),
                new AttentionRun(tokens, again, new int[] {0, 300, tokens}, new int[] {300, 260, again}));
        assertThat(Arrays.copyOf(pieces, tokens * width)).isEqualTo(Arrays.copyOf(whole, tokens * width));
        assertThat(Arrays.copyOfRange(pieces, tokens * width, pieces.length))
                .isEqualTo(Arrays.copyOfRange(whole, 560 * width, (560 + again) * width));
    }

    @Test
    default void attentionWithLargeScoresStaysFinite() {
        var shape = new AttentionShape(2, 1, 16, 1f, 0);
        float[] q = numbers(80 * 32, 61, 40);
        float[] k = numbers(80 * 16, 62, 40);
        float[] v = numbers(80 * 16, 63, 1);
        for (float value : attended(backend(), q, k, v, shape, 80, 80, AttentionRun.alone(0, 80))) {
            assertThat(value).isFinite();
        }
    }

    private float attentionTolerance() {
        return backend().computeType() == ComputeType.FLOAT32 ? 3e-6f : 1e-2f;
    }

    private void assertAttention(AttentionShape shape, int tokens, int slots, AttentionRun... runs) {
        float[] q = numbers(tokens * shape.heads() * shape.headSize(), 61, 1);
        float[] k = numbers(slots * shape.keyHeads() * shape.headSize(), 62, 1);
        float[] v = numbers(slots * shape.keyHeads() * shape.headSize(), 63, 1);
        assertClose(attended(backend(), q, k, v, shape, tokens, slots, runs),
                attended(oracle(), q, k, v, shape, tokens, slots, runs), attentionTolerance());
    }

    private static float[] attended(Backend on, float[] q, float[] k, float[] v, AttentionShape shape, int tokens, int slots,
            AttentionRun... runs) {
        long queryColumns = (long) shape.heads() * shape.headSize();
        long keyColumns = (long) shape.keyHeads() * shape.headSize();
        try (Tensor queries = on.upload(q, new Shape(tokens, queryColumns));
                Tensor keys = on.upload(k, new Shape(slots, keyColumns));
                Tensor values = on.upload(v, new Shape(slots, keyColumns));
                Tensor y = on.allocate(DType.FLOAT32, new Shape(tokens, queryColumns))) {
            on.attention(queries, keys, values, shape, runs, y);
            return on.download(y);
        }
    }
}
