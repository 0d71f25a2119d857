package org.bitrank.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.bitrank.kernels.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every back end must do, over sizes that fit no block; the reference back end is the oracle. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackendContract {
    protected Backend backend;
    private Backend oracle;

    protected abstract Backend open();

    @BeforeAll
    void openBackends() {
        backend = open();
        oracle = new ReferenceBackend(backend.computeType());
    }

    @AfterAll
    void closeBackends() {
        // Opening is where a machine without the device skips, and then there is nothing to close.
        if (backend != null) {
            oracle.close();
            backend.close();
        }
    }

    /** Relative to the largest expected number: products of equal operands differ in the order of sums alone. */
    private static final float PRODUCT_TOLERANCE = 3e-6f;

    private float attentionTolerance() {
        return backend.computeType() == ComputeType.FLOAT32 ? 3e-6f : 1e-2f;
    }

    // -- memory ------------------------------------------------------------------------------------------------------

    @Test
    void newMemoryIsZero() {
        try (Tensor x = backend.allocate(DType.FLOAT32, new Shape(3, 17))) {
            assertThat(backend.download(x)).containsOnly(0f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 257, 65_537})
    void whatWasUploadedComesBack(int count) {
        float[] values = numbers(count, 1, 1);
        try (Tensor x = backend.upload(values, Shape.vector(count))) {
            assertThat(backend.download(x)).isEqualTo(values);
        }
    }

    @Test
    void aViewSharesTheMemoryOfItsTensor() {
        float[] values = numbers(5 * 3, 2, 1);
        try (Tensor x = backend.upload(values, new Shape(5, 3)); Tensor view = x.rows(1, 2); Tensor one = ones(2, 3)) {
            backend.add(one, view);
            float[] expected = values.clone();
            for (int i = 3; i < 9; i++) {
                expected[i] += 1;
            }
            assertThat(backend.download(x)).isEqualTo(expected);
        }
    }

    @Test
    void aClosedTensorIsRefused() {
        Tensor x = backend.allocate(DType.FLOAT32, new Shape(2, 2));
        Tensor view = x.rows(0, 1);
        x.close();
        assertThatIllegalStateException().isThrownBy(() -> backend.download(x));
        assertThatIllegalStateException().isThrownBy(() -> backend.add(x, x));
        assertThatIllegalStateException().isThrownBy(() -> backend.download(view));
    }

    @Test
    void aClosedWeightIsRefused() {
        PackedMatrix weight = pack(backend, numbers(6, 1, 1), 2, 3);
        weight.close();
        try (Tensor x = ones(1, 3); Tensor y = ones(1, 2)) {
            assertThatIllegalStateException().isThrownBy(() -> backend.matmul(x, weight, null, y));
        }
    }

    @Test
    void closingTwiceIsHarmless() {
        Tensor x = backend.allocate(DType.FLOAT32, new Shape(2, 2));
        x.close();
        x.close();
    }

    @Test
    void tooMuchMemoryIsReportedAsSuch() {
        assertThatThrownBy(() -> backend.allocate(DType.FLOAT32, new Shape(1 << 30, 1 << 16)))
                .isInstanceOfSatisfying(BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.OUT_OF_MEMORY));
    }

    @Test
    void rowsAreGatheredAndScattered() {
        float[] values = numbers(7 * 5, 3, 1);
        int[] rows = {6, 0, 3, 3};
        try (Tensor table = backend.upload(values, new Shape(7, 5));
                Tensor picked = backend.allocate(DType.FLOAT32, new Shape(4, 5));
                Tensor back = backend.allocate(DType.FLOAT32, new Shape(9, 5))) {
            backend.gatherRows(table, rows, picked);
            backend.scatterRows(picked, new int[] {8, 1, 0, 4}, back);
            float[] got = backend.download(back);
            assertThat(Arrays.copyOfRange(got, 8 * 5, 9 * 5)).isEqualTo(Arrays.copyOfRange(values, 30, 35));
            assertThat(Arrays.copyOfRange(got, 5, 10)).isEqualTo(Arrays.copyOfRange(values, 0, 5));
            assertThat(Arrays.copyOfRange(got, 20, 25)).isEqualTo(Arrays.copyOfRange(values, 15, 20));
            assertThat(Arrays.copyOfRange(got, 10, 15)).containsOnly(0f);
        }
    }

    // -- products ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1", "1, 64, 64", "1, 257, 63", "1, 576, 1536", "3, 17, 65", "17, 65, 3", "63, 63, 257", "64, 128, 64",
        "65, 257, 17", "130, 576, 200", "257, 33, 129", "2, 1, 300", "300, 2, 1"
    })
    void productsEqualTheReference(int rows, int inputs, int outputs) {
        float[] x = numbers(rows * inputs, 11, 1);
        float[] w = numbers(outputs * inputs, 12, 0.1f);
        float[] bias = numbers(outputs, 13, 1);
        assertClose(product(backend, x, w, bias, rows, inputs, outputs),
                product(oracle, x, w, bias, rows, inputs, outputs), PRODUCT_TOLERANCE);
        assertClose(product(backend, x, w, null, rows, inputs, outputs),
                product(oracle, x, w, null, rows, inputs, outputs), PRODUCT_TOLERANCE);
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"FLOAT16", "BFLOAT16"})
    void halfPrecisionWeightsArePacked(DType dtype) {
        int outputs = 65;
        int inputs = 33;
        short[] w = halves(outputs * inputs, dtype);
        float[] x = numbers(3 * inputs, 11, 1);
        assertClose(productOfHalves(backend, x, w, dtype, outputs, inputs),
                productOfHalves(oracle, x, w, dtype, outputs, inputs), PRODUCT_TOLERANCE);
    }

    @Test
    void weightsOnTheJavaHeapArePacked() {
        float[] w = numbers(600 * 33, 12, 0.1f);
        float[] x = numbers(33, 11, 1);
        try (PackedMatrix weight = backend.pack(MemorySegment.ofArray(w), DType.FLOAT32, 600, 33);
                Tensor input = backend.upload(x, Shape.vector(33));
                Tensor y = backend.allocate(DType.FLOAT32, Shape.vector(600))) {
            backend.matmul(input, weight, null, y);
            assertThat(backend.download(y)).isEqualTo(product(backend, x, w, null, 1, 33, 600));
        }
    }

    @Test
    void productsSeeThatTheirActivationChanged() {
        float[] w = numbers(5 * 7, 12, 1);
        try (PackedMatrix weight = pack(backend, w, 5, 7);
                Tensor x = backend.upload(numbers(2 * 7, 11, 1), new Shape(2, 7));
                Tensor other = ones(2, 7);
                Tensor y = backend.allocate(DType.FLOAT32, new Shape(2, 5))) {
            backend.matmul(x, weight, null, y);
            backend.add(other, x);
            backend.matmul(x, weight, null, y);
            assertThat(backend.download(y)).isEqualTo(product(backend, backend.download(x), w, null, 2, 7, 5));
        }
    }

    @Test
    void aProductMayBeTheNextProductsActivation() {
        float[] w = numbers(7 * 7, 12, 1);
        float[] x = numbers(2 * 7, 11, 1);
        try (PackedMatrix weight = pack(backend, w, 7, 7);
                Tensor a = backend.upload(x, new Shape(2, 7));
                Tensor b = backend.allocate(DType.FLOAT32, new Shape(2, 7))) {
            backend.matmul(a, weight, null, b);
            backend.matmul(b, weight, null, a);
            backend.matmul(a, weight, null, b);
            float[] once = product(backend, x, w, null, 2, 7, 7);
            float[] twice = product(backend, once, w, null, 2, 7, 7);
            assertThat(backend.download(b)).isEqualTo(product(backend, twice, w, null, 2, 7, 7));
        }
    }

    @Test
    void emptyBatchesAreNoWork() {
        try (PackedMatrix weight = pack(backend, numbers(6, 1, 1), 2, 3);
                Tensor x = backend.allocate(DType.FLOAT32, new Shape(0, 3));
                Tensor y = backend.allocate(DType.FLOAT32, new Shape(0, 2))) {
            backend.matmul(x, weight, null, y);
        }
    }

    @ParameterizedTest
    @CsvSource({"576, 1536", "65, 257"})
    void productsOfATokenDoNotDependOnItsBatch(int inputs, int outputs) {
        float[] x = numbers(130 * inputs, 21, 1);
        float[] w = numbers(outputs * inputs, 22, 0.1f);
        float[] all = product(backend, x, w, null, 130, inputs, outputs);
        for (int[] part : new int[][] {{0, 1}, {7, 1}, {3, 5}, {60, 17}, {40, 64}, {1, 129}}) {
            float[] rows = Arrays.copyOfRange(x, part[0] * inputs, (part[0] + part[1]) * inputs);
            float[] expected = Arrays.copyOfRange(all, part[0] * outputs, (part[0] + part[1]) * outputs);
            float[] alone = product(backend, rows, w, null, part[1], inputs, outputs);
            assertClose(alone, expected, PRODUCT_TOLERANCE);
            if (productsAreBatchInvariant()) {
                assertThat(alone).isEqualTo(expected);
            }
        }
    }

    /** Whether products of a row are the same bits in every batch; a back end whose library decides may only come close. */
    protected boolean productsAreBatchInvariant() {
        return true;
    }

    @Test
    void wrongShapesAreRefused() {
        try (PackedMatrix weight = pack(backend, numbers(6, 1, 1), 2, 3); Tensor x = ones(1, 2); Tensor y = ones(1, 2)) {
            assertThatIllegalArgumentException().isThrownBy(() -> backend.matmul(x, weight, null, y));
        }
    }

    // -- the rest of the forward pass --------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT16", "BFLOAT16"})
    void embeddingsAreLookedUp(DType dtype) {
        int[] ids = {4, 0, 4, 8};
        assertThat(embedded(backend, ids, dtype)).isEqualTo(embedded(oracle, ids, dtype));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 17, 17", "65, 576, 576", "5, 192, 64", "257, 63, 63", "2, 6, 3"})
    void rmsNormEqualsTheReference(int rows, int columns, int width) {
        float[] x = numbers(rows * columns, 31, 2);
        float[] gain = numbers(width, 32, 1);
        assertClose(normalized(backend, x, gain, rows, columns), normalized(oracle, x, gain, rows, columns), 2e-6f);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 17, 17", "65, 576, 576", "5, 192, 64", "257, 63, 63", "2, 6, 3", "4, 4100, 4100"})
    void layerNormEqualsTheReference(int rows, int columns, int width) {
        float[] x = numbers(rows * columns, 33, 2);
        for (int i = 0; i < x.length; i++) {
            x[i] += 5;
        }
        float[] gain = numbers(width, 34, 1);
        float[] bias = numbers(width, 35, 1);
        assertClose(layerNormalized(backend, x, gain, bias, rows, columns), layerNormalized(oracle, x, gain, bias, rows, columns), 5e-6f);
        assertClose(layerNormalized(backend, x, gain, null, rows, columns), layerNormalized(oracle, x, gain, null, rows, columns), 5e-6f);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 2", "3, 2, 17, 34", "65, 9, 32, 64", "17, 3, 4, 8", "5, 4, 2, 16", "33, 2, 12, 96", "3, 3, 1, 5"})
    void rotationEqualsTheReference(int rows, int heads, int half, int headSize) {
        float[] x = numbers(rows * heads * headSize, 41, 1);
        assertClose(rotated(backend, x, rows, headSize, half), rotated(oracle, x, rows, headSize, half), 1e-6f);
    }

    @Test
    void rotationLeavesTheRestOfEveryHead() {
        float[] x = numbers(4 * 3 * 10, 41, 1);
        float[] turned = rotated(backend, x, 4, 10, 3);
        for (int i = 0; i < x.length; i++) {
            if (i % 10 >= 6) {
                assertThat(turned[i]).isEqualTo(x[i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void activationsEqualTheReference(Activation activation) {
        float[] x = numbers(65 * 63, 53, 3);
        System.arraycopy(new float[] {0, -0f, 20, -20, 1e-6f, -1e-6f, 200, -200}, 0, x, 0, 8);
        float[] expected = activated(oracle, activation, x);
        float[] actual = activated(backend, activation, x);
        for (int i = 0; i < x.length; i++) {
            assertThat(actual[i]).as("%s of %s", activation, x[i]).isCloseTo(expected[i], within(1e-6f * Math.max(1, Math.abs(x[i]))));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1", "7, 5, 2, 33", "65, 130, 2, 63", "3, 9, 3, 577"})
    void rowsAreMixedByWeight(int rows, int sources, int many, int columns) {
        float[] source = numbers(sources * columns, 54, 1);
        assertClose(mixed(backend, source, rows, sources, many, columns), mixed(oracle, source, rows, sources, many, columns), 1e-6f);
    }

    @Test
    void aMixOfRowsDoesNotDependOnItsBatch() {
        float[] source = numbers(130 * 63, 54, 1);
        float[] all = mixed(backend, source, 65, 130, 2, 63);
        assertThat(mixed(backend, source, 1, 130, 2, 63)).isEqualTo(Arrays.copyOf(all, 63));
        assertThat(mixed(backend, source, 17, 130, 2, 63)).isEqualTo(Arrays.copyOf(all, 17 * 63));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 17", "65, 1536", "257, 63"})
    void swigluAndAddEqualTheReference(int rows, int columns) {
        float[] gate = numbers(rows * columns, 51, 4);
        float[] up = numbers(rows * columns, 52, 1);
        gate[0] = -100;
        assertClose(swigluThenAdd(backend, gate, up, rows, columns), swigluThenAdd(oracle, gate, up, rows, columns), 2e-6f);
    }

    @ParameterizedTest
    @CsvSource({
        // tokens, heads, keyHeads, headSize, window
        "1, 1, 1, 64, 0", "3, 4, 2, 17, 0", "63, 9, 3, 64, 0", "65, 2, 1, 8, 0", "257, 4, 4, 32, 0",
        "300, 3, 1, 64, 100", "257, 2, 2, 128, 1", "130, 6, 2, 63, 64"
    })
    void attentionOverOneSequenceEqualsTheReference(int tokens, int heads, int keyHeads, int headSize, int window) {
        var shape = new AttentionShape(heads, keyHeads, headSize, (float) (1 / Math.sqrt(headSize)), window);
        assertAttention(shape, tokens, tokens, AttentionRun.alone(0, tokens));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 64, 0", "3, 4, 2, 17, 0", "65, 6, 6, 8, 0", "300, 6, 1, 64, 100", "700, 3, 3, 32, 0"
    })
    void attentionTakesLinearBiases(int tokens, int heads, int keyHeads, int headSize, int window) {
        assertAttention(withSlopes(heads, keyHeads, headSize, window), tokens, tokens, AttentionRun.alone(0, tokens));
    }

    @Test
    void linearBiasesCountPlacesInTheSequenceAndNotInTheCache() {
        assertAttention(withSlopes(4, 2, 32, 0), 40, 900,
                AttentionRun.alone(0, 20),
                new AttentionRun(20, 5, new int[] {800, 20}, new int[] {20, 5}),
                new AttentionRun(25, 15, new int[] {300, 25}, new int[] {400, 15}));
        assertAttention(withSlopes(4, 2, 32, 0), 1, 1000, new AttentionRun(0, 1, new int[] {3, 900}, new int[] {700, 30}, true));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 64", "3, 4, 2, 17", "17, 4, 4, 8", "65, 6, 6, 8", "257, 2, 2, 64", "300, 6, 1, 64", "577, 2, 2, 64", "700, 3, 3, 32"})
    void attentionWithoutOrderSeesAllKeysOfItsRun(int tokens, int heads, int keyHeads, int headSize) {
        var shape = AttentionShape.full(heads, keyHeads, headSize, (float) (1 / Math.sqrt(headSize)));
        assertAttention(shape, tokens, tokens, AttentionRun.alone(0, tokens));
        assertAttention(shape, 3 * tokens, 3 * tokens,
                AttentionRun.alone(0, tokens), AttentionRun.alone(tokens, tokens), AttentionRun.alone(2 * tokens, tokens));
        assertAttention(shape, tokens, 2 * tokens + 5, new AttentionRun(0, tokens, new int[] {tokens, 0}, new int[] {tokens + 5, tokens}));
        assertAttention(shape, 1, tokens, new AttentionRun(0, 1, new int[] {0}, new int[] {tokens}, true));
    }

    @Test
    void attentionWithoutOrderDoesNotDependOnOtherRuns() {
        var shape = AttentionShape.full(4, 4, 64, 0.125f);
        float[] q = numbers(514 * 256, 61, 1);
        float[] k = numbers(514 * 256, 62, 1);
        float[] v = numbers(514 * 256, 63, 1);
        float[] together = attended(backend, q, k, v, shape, 514, 514, AttentionRun.alone(0, 257), AttentionRun.alone(257, 257));
        float[] alone = attended(backend, q, k, v, shape, 514, 514, AttentionRun.alone(257, 257));
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
    void attentionReadsACache() {
        var shape = new AttentionShape(6, 2, 64, 0.125f, 0);
        assertAttention(shape, 2, 1000,
                new AttentionRun(0, 1, new int[] {3}, new int[] {700}),
                new AttentionRun(1, 1, new int[] {990}, new int[] {1}));
        assertAttention(shape, 1, 1000, new AttentionRun(0, 1, new int[] {3}, new int[] {700}, true));
    }

    @Test
    void attentionContinuesALongCache() {
        var shape = new AttentionShape(4, 2, 32, 0.2f, 0);
        assertAttention(shape, 150, 600, new AttentionRun(0, 150, new int[] {17}, new int[] {560}));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6})
    void attentionSharesPrefixes(int window) {
        var shape = new AttentionShape(4, 1, 16, 0.25f, window);
        assertAttention(shape, 40, 40,
                AttentionRun.alone(0, 20),
                new AttentionRun(20, 5, new int[] {0, 20}, new int[] {20, 5}),
                new AttentionRun(25, 3, new int[] {0, 25}, new int[] {20, 3}),
                new AttentionRun(28, 12, new int[] {0, 25, 28}, new int[] {20, 1, 12}));
    }

    @Test
    void attentionOfARunDoesNotDependOnOtherRuns() {
        var shape = new AttentionShape(6, 2, 64, 0.125f, 0);
        float[] q = numbers(200 * 6 * 64, 61, 1);
        float[] k = numbers(200 * 2 * 64, 62, 1);
        float[] v = numbers(200 * 2 * 64, 63, 1);
        float[] together = attended(backend, q, k, v, shape, 200, 200,
                AttentionRun.alone(0, 70), AttentionRun.alone(70, 130));
        float[] alone = attended(backend, q, k, v, shape, 200, 200, AttentionRun.alone(70, 130));
        int from = 70 * 6 * 64;
        assertThat(Arrays.copyOfRange(together, from, together.length))
                .isEqualTo(Arrays.copyOfRange(alone, from, alone.length));
    }

    /** A sequence in one piece, and the same in pieces that go on from each other, some of them twice and out of place. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void attentionOfATokenDoesNotDependOnHowItsSequenceIsCut(int window) {
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
        float[] whole = attended(backend, q, k, v, shape, tokens + again, tokens + again, AttentionRun.alone(0, tokens));
        float[] pieces = attended(backend, q, k, v, shape, tokens + again, tokens + again,
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
    void attentionWithLargeScoresStaysFinite() {
        var shape = new AttentionShape(2, 1, 16, 1f, 0);
        float[] q = numbers(80 * 32, 61, 40);
        float[] k = numbers(80 * 16, 62, 40);
        float[] v = numbers(80 * 16, 63, 1);
        for (float value : attended(backend, q, k, v, shape, 80, 80, AttentionRun.alone(0, 80))) {
            assertThat(value).isFinite();
        }
    }

    // -- the language-model head -------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"1, 3, 2", "3, 17, 65", "65, 64, 5000", "130, 33, 1025", "17, 96, 9001"})
    void targetLogProbsEqualTheReference(int rows, int inputs, int vocabulary) {
        float[] hidden = numbers(rows * inputs, 71, 1);
        float[] head = numbers(vocabulary * inputs, 72, 1);
        int[] targets = targets(rows, vocabulary);
        var expected = new float[rows];
        var expectedArgmax = new int[rows];
        var actual = new float[rows];
        var actualArgmax = new int[rows];
        score(oracle, hidden, head, targets, rows, inputs, vocabulary, expected, expectedArgmax);
        score(backend, hidden, head, targets, rows, inputs, vocabulary, actual, actualArgmax);
        assertClose(actual, expected, 2e-6f);
        assertThat(actualArgmax).isEqualTo(expectedArgmax);
    }

    @Test
    void theLowestIdWinsAmongEquallyLikelyTokens() {
        float[] hidden = {1, 0, 0};
        float[] head = new float[3 * 200];
        head[3 * 150] = 1;
        head[3 * 77] = 1;
        var argmax = new int[1];
        score(backend, hidden, head, new int[] {5}, 1, 3, 200, new float[1], argmax);
        assertThat(argmax).containsExactly(77);
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 2", "65, 64, 5000", "17, 33, 1025"})
    void comparedDistributionsEqualTheReference(int rows, int inputs, int vocabulary) {
        Distributions expected = compared(oracle, rows, inputs, vocabulary);
        Distributions actual = compared(backend, rows, inputs, vocabulary);
        assertClose(actual.logProbs(), expected.logProbs(), 2e-6f);
        assertClose(actual.baseLogProbs(), expected.baseLogProbs(), 2e-6f);
        assertClose(actual.divergence(), expected.divergence(), 1e-5f);
        assertThat(actual.argmax()).isEqualTo(expected.argmax());
        assertThat(actual.baseArgmax()).isEqualTo(expected.baseArgmax());
        assertThat(actual.topShared()).isEqualTo(expected.topShared());
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 2", "1030, 16, 300", "65, 64, 5000"})
    void tokensSharedWithANearbyModelEqualTheReference(int rows, int inputs, int vocabulary) {
        int[] expected = sharedWithNearby(oracle, rows, inputs, vocabulary);
        assertThat(sharedWithNearby(backend, rows, inputs, vocabulary)).isEqualTo(expected);
        assertThat(Arrays.stream(expected).sum()).isPositive();
    }

    @Test
    void tokensWithEqualLogitsAreSharedByTheirIds() {
        // All tokens are equally likely, so that both models' first five are the first five.
        var out = Distributions.of(1);
        try (PackedMatrix head = pack(backend, new float[70 * 3], 70, 3);
                Tensor hidden = backend.upload(numbers(3, 97, 1), new Shape(1, 3))) {
            backend.compareDistributions(hidden, head, hidden, head, new int[] {69}, out);
        }
        assertThat(out.topShared()).containsExactly(Distributions.TOP);
    }

    // -- simulated quantization --------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 8, true, 1", "3, 17, 0, 8, true, 1", "5, 65, 16, 4, true, 0.9", "2, 300, 128, 4, false, 0.95", "3, 64, 64, 2, false, 1",
        "1, 257, 0, 16, false, 1", "4, 576, 0, 6, true, 1"
    })
    void rowsAreRoundedToIntegers(int rows, int columns, int group, int bits, boolean symmetric, float clip) {
        var grid = new RowGrid(bits, symmetric, group, clip, Float.POSITIVE_INFINITY, 0);
        float[] x = numbers(rows * columns, 101, 3);
        assertClose(fakeQuantized(backend, x, rows, grid, null, null, null), fakeQuantized(oracle, x, rows, grid, null, null, null), 0);
    }

    @Test
    void numbersBetweenIntegersGoToTheEvenOne() {
        float[] x = {127, 0.5f, 1.5f, -2.5f, 2.4f, 0};
        assertThat(fakeQuantized(backend, x, 1, RowGrid.of(8, true), null, null, null)).usingComparatorWithPrecision(0f)
                .containsExactly(127, 0, 2, -2, 2, 0);
    }

    @Test
    void aRowOfZerosStaysOne() {
        for (boolean symmetric : new boolean[] {true, false}) {
            float[] rounded = fakeQuantized(backend, new float[40], 2, RowGrid.of(4, symmetric), null, null, null);
            assertClose(rounded, new float[40], 0);
        }
    }

    @Test
    void outliersAreKeptAndDoNotWidenTheRange() {
        var grid = new RowGrid(8, true, 0, 1, 6, 0);
        float[] x = numbers(3 * 65, 102, 1);
        x[7] = 6;
        x[70] = -40;
        float[] rounded = fakeQuantized(backend, x, 3, grid, null, null, null);
        assertClose(rounded, fakeQuantized(oracle, x, 3, grid, null, null, null), 0);
        assertThat(rounded[7]).isEqualTo(6);
        assertThat(rounded[70]).isEqualTo(-40);
        assertThat(rounded[71]).isCloseTo(x[71], within(0.02f));
    }

    @ParameterizedTest
    @CsvSource({"1, 33, 0, 0", "3, 128, 16, 0", "3, 130, 16, 137.5"})
    void rowsAreRoundedToLevels(int rows, int columns, int group, float global) {
        float[] levels = {0, 0.25f, 0.75f, 1.25f, 1.75f, 2.5f, 3.5f, 5, 0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
        var grid = new RowGrid(4, true, group, 1, Float.POSITIVE_INFINITY, global);
        float[] x = numbers(rows * columns, 103, 2);
        assertClose(fakeQuantized(backend, x, rows, grid, levels, null, null), fakeQuantized(oracle, x, rows, grid, levels, null, null), 0);
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1, false", "70, true", "70, false"})
    void givenScalesAreUsed(int count, boolean symmetric) {
        var grid = RowGrid.of(5, symmetric);
        float[] scales = new float[count];
        float[] zeros = symmetric ? null : new float[count];
        for (int i = 0; i < count; i++) {
            scales[i] = 0.02f + i % 7 * 0.03f;
            if (zeros != null) {
                zeros[i] = i % 32;
            }
        }
        float[] x = numbers(3 * 70, 104, 1);
        assertClose(fakeQuantized(backend, x, 3, grid, null, scales, zeros), fakeQuantized(oracle, x, 3, grid, null, scales, zeros), 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1", "3, 8, 1, 2", "2, 64, 1, 3", "2, 12, 1, 4", "3, 96, 1, 1", "2, 4, 24, 1", "2, 12, 16, 1", "1, 16, 5, 2", "2, 768, 1, 1"})
    void hadamardEqualsTheReference(int rows, int order, int stride, int runs) {
        int columns = order * stride * runs;
        float[] x = numbers(rows * columns, 105, 1);
        assertClose(transformed(backend, x, rows, order, stride), transformed(oracle, x, rows, order, stride), 3e-6f);
    }

    @ParameterizedTest
    @CsvSource({"64, 1", "96, 1", "4, 24"})
    void hadamardKeepsLengths(int order, int stride) {
        float[] x = numbers(order * stride, 106, 1);
        float[] y = transformed(backend, x, 1, order, stride);
        double before = 0;
        double after = 0;
        for (int i = 0; i < x.length; i++) {
            before += (double) x[i] * x[i];
            after += (double) y[i] * y[i];
        }
        assertThat(after).isCloseTo(before, within(1e-5 * before));
    }

    // -- calibration -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 17", "257, 65", "65, 300"})
    void gramEqualsTheReference(int rows, int columns) {
        float[] x = numbers(rows * columns, 81, 1);
        assertClose(gram(backend, x, rows, columns), gram(oracle, x, rows, columns), 3e-6f);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 17, 5", "257, 65, 300", "65, 300, 257"})
    void crossGramEqualsTheReference(int rows, int m, int n) {
        float[] a = numbers(rows * m, 82, 1);
        float[] b = numbers(rows * n, 83, 1);
        assertClose(crossGram(backend, a, b, rows, m, n), crossGram(oracle, a, b, rows, m, n), 3e-6f);
    }

    @Test
    void crossGramOfMatricesWithUnequalRowsIsRefused() {
        try (Tensor a = ones(3, 4);
                Tensor b = ones(2, 5);
                Tensor h = ones(4, 5)) {
            assertThatThrownBy(() -> backend.crossGram(a, b, 1, h)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 17, 63, 65, 257, 300})
    void inverseCholeskyEqualsTheReference(int n) {
        float[] h = positiveDefinite(n);
        assertClose(inverseCholesky(backend, h, n), inverseCholesky(oracle, h, n), 2e-5f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 65, 200})
    void aMatrixThatIsNotPositiveDefiniteIsANumericalFailure(int n) {
        float[] h = positiveDefinite(n);
        h[(n / 2) * n + n / 2] = -1;
        assertThatThrownBy(() -> inverseCholesky(backend, h, n))
                .isInstanceOfSatisfying(BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.NUMERICAL));
    }

    // -- one operation each, host numbers in and out -----------------------------------------------------------------

    private static float[] product(Backend on, float[] x, float[] w, float[] bias, int rows, int inputs, int outputs) {
        try (PackedMatrix weight = pack(on, w, outputs, inputs);
                Tensor input = on.upload(x, new Shape(rows, inputs));
                Tensor shift = bias == null ? null : on.upload(bias, Shape.vector(outputs));
                Tensor y = on.allocate(DType.FLOAT32, new Shape(rows, outputs))) {
            on.matmul(input, weight, shift, y);
            return on.download(y);
        }
    }

    private static float[] productOfHalves(Backend on, float[] x, short[] w, DType dtype, int outputs, int inputs) {
        try (Arena arena = Arena.ofConfined();
                PackedMatrix weight = on.pack(arena.allocateFrom(ValueLayout.JAVA_SHORT, w), dtype, outputs, inputs);
                Tensor input = on.upload(x, new Shape(x.length / inputs, inputs));
                Tensor y = on.allocate(DType.FLOAT32, new Shape(x.length / inputs, outputs))) {
            on.matmul(input, weight, null, y);
            return on.download(y);
        }
    }

    private static float[] embedded(Backend on, int[] ids, DType dtype) {
        int columns = 33;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = dtype == DType.FLOAT32
                    ? arena.allocateFrom(ValueLayout.JAVA_FLOAT, numbers(9 * columns, 5, 1))
                    : arena.allocateFrom(ValueLayout.JAVA_SHORT, halves(9 * columns, dtype));
            try (Tensor table = on.upload(values, dtype, new Shape(9, columns));
                    Tensor y = on.allocate(DType.FLOAT32, new Shape(ids.length, columns))) {
                on.embed(ids, table, y);
                return on.download(y);
            }
        }
    }

    private static float[] normalized(Backend on, float[] x, float[] gain, int rows, int columns) {
        try (Tensor input = on.upload(x, new Shape(rows, columns)); Tensor g = on.upload(gain, Shape.vector(gain.length))) {
            on.rmsNorm(input, g, 1e-5f, input);
            return on.download(input);
        }
    }

    private static float[] layerNormalized(Backend on, float[] x, float[] gain, float[] bias, int rows, int columns) {
        try (Tensor input = on.upload(x, new Shape(rows, columns));
                Tensor g = on.upload(gain, Shape.vector(gain.length));
                Tensor b = bias == null ? null : on.upload(bias, Shape.vector(bias.length))) {
            on.layerNorm(input, g, b, 1e-5f, input);
            return on.download(input);
        }
    }

    private static float[] activated(Backend on, Activation activation, float[] x) {
        try (Tensor input = on.upload(x, new Shape(65, x.length / 65))) {
            on.activate(activation, input, input);
            return on.download(input);
        }
    }

    private static float[] mixed(Backend on, float[] source, int rows, int sources, int many, int columns) {
        var from = new int[rows * many];
        Arrays.setAll(from, i -> (i * 7 + 3) % sources);
        try (Tensor input = on.upload(source, new Shape(sources, columns));
                Tensor y = on.allocate(DType.FLOAT32, new Shape(rows, columns))) {
            on.mixRows(input, from, numbers(rows * many, 55, 1), y);
            return on.download(y);
        }
    }

    private static float[] rotated(Backend on, float[] x, int rows, int headSize, int half) {
        int[] positions = IntStream.range(0, rows).map(t -> (t * 7) % 50).toArray();
        try (Tensor input = on.upload(x, new Shape(rows, x.length / rows));
                Tensor cos = on.upload(numbers(50 * half, 42, 1), new Shape(50, half));
                Tensor sin = on.upload(numbers(50 * half, 43, 1), new Shape(50, half))) {
            on.rotate(input, headSize, positions, cos, sin);
            return on.download(input);
        }
    }

    private static float[] swigluThenAdd(Backend on, float[] gate, float[] up, int rows, int columns) {
        try (Tensor g = on.upload(gate, new Shape(rows, columns)); Tensor u = on.upload(up, new Shape(rows, columns))) {
            on.swiglu(g, u, g);
            on.add(u, g);
            return on.download(g);
        }
    }

    private void assertAttention(AttentionShape shape, int tokens, int slots, AttentionRun... runs) {
        float[] q = numbers(tokens * shape.heads() * shape.headSize(), 61, 1);
        float[] k = numbers(slots * shape.keyHeads() * shape.headSize(), 62, 1);
        float[] v = numbers(slots * shape.keyHeads() * shape.headSize(), 63, 1);
        assertClose(attended(backend, q, k, v, shape, tokens, slots, runs),
                attended(oracle, q, k, v, shape, tokens, slots, runs), attentionTolerance());
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

    private static float[] fakeQuantized(Backend on, float[] x, int rows, RowGrid grid, float[] levels, float[] scales, float[] zeros) {
        int columns = x.length / rows;
        try (Tensor input = on.upload(x, new Shape(rows, columns));
                Tensor table = levels == null ? null : on.upload(levels, new Shape(2, levels.length / 2));
                Tensor given = scales == null ? null : on.upload(scales, Shape.vector(scales.length));
                Tensor middles = zeros == null ? null : on.upload(zeros, Shape.vector(zeros.length));
                Tensor y = on.allocate(DType.FLOAT32, new Shape(rows, columns))) {
            on.fakeQuantize(input, grid, table, given, middles, y);
            float[] apart = on.download(y);
            on.fakeQuantize(input, grid, table, given, middles, input);
            assertThat(on.download(input)).as("in place").isEqualTo(apart);
            return apart;
        }
    }

    /** Orders that are no power of two are over the Hadamard matrix of order 12 that Paley's construction gives. */
    private static float[] transformed(Backend on, float[] x, int rows, int order, int stride) {
        int k = Integer.bitCount(order) == 1 ? 1 : 12;
        try (Tensor input = on.upload(x, new Shape(rows, x.length / rows)); Tensor base = on.upload(paley(k), new Shape(k, k))) {
            on.hadamard(input, base, order, stride);
            return on.download(input);
        }
    }

    private static float[] paley(int k) {
        var squares = java.util.Set.of(1, 3, 4, 5, 9);
        var h = new float[k * k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                boolean positive = i == 0 || i != j && (j == 0 ? false : squares.contains(Math.floorMod(j - i, 11)));
                h[i * k + j] = positive || i == j && i == 0 ? 1 : i == j ? 1 : -1;
            }
        }
        return h;
    }

    private static float[] gram(Backend on, float[] x, int rows, int columns) {
        try (Tensor input = on.upload(x, new Shape(rows, columns));
                Tensor h = on.upload(positiveDefinite(columns), new Shape(columns, columns))) {
            on.gram(input, 0.5f, h);
            on.gram(input, 1f, h);
            return on.download(h);
        }
    }

    private static float[] crossGram(Backend on, float[] a, float[] b, int rows, int m, int n) {
        try (Tensor left = on.upload(a, new Shape(rows, m));
                Tensor right = on.upload(b, new Shape(rows, n));
                Tensor h = on.upload(numbers(m * n, 84, 1), new Shape(m, n))) {
            on.crossGram(left, right, 0.5f, h);
            on.crossGram(left, right, -1f, h);
            return on.download(h);
        }
    }

    private static float[] inverseCholesky(Backend on, float[] values, int n) {
        try (Tensor h = on.upload(values, new Shape(n, n))) {
            on.inverseCholesky(h);
            return on.download(h);
        }
    }

    // -- numbers -----------------------------------------------------------------------------------------------------

    private static PackedMatrix pack(Backend on, float[] w, int outputs, int inputs) {
        try (Arena arena = Arena.ofConfined()) {
            return on.pack(arena.allocateFrom(ValueLayout.JAVA_FLOAT, w), DType.FLOAT32, outputs, inputs);
        }
    }

    private Tensor ones(int rows, int columns) {
        float[] values = new float[rows * columns];
        Arrays.fill(values, 1);
        return backend.upload(values, new Shape(rows, columns));
    }

    private static int[] targets(int rows, int vocabulary) {
        return IntStream.range(0, rows).map(i -> (i * 7919 + vocabulary - 1) % vocabulary).toArray();
    }

    private static float[] numbers(int count, long seed, float scale) {
        var random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = scale * (float) random.nextGaussian();
        }
        return values;
    }

    private static short[] halves(int count, DType dtype) {
        float[] values = numbers(count, 14, 0.1f);
        short[] bits = new short[count];
        for (int i = 0; i < count; i++) {
            bits[i] = dtype == DType.FLOAT16
                    ? Float.floatToFloat16(values[i])
                    : (short) (Float.floatToRawIntBits(values[i]) >>> 16);
        }
        return bits;
    }

    /** {@code a a^T / n + 0.1}. */
    private static float[] positiveDefinite(int n) {
        float[] a = numbers(n * n, 83, 1);
        float[] h = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = i == j ? 0.1 * n : 0;
                for (int p = 0; p < n; p++) {
                    sum += (double) a[i * n + p] * a[j * n + p];
                }
                h[i * n + j] = (float) (sum / n);
                h[j * n + i] = h[i * n + j];
            }
        }
        return h;
    }

    private static void assertClose(float[] actual, float[] expected, float tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        float scale = 1e-30f;
        for (float value : expected) {
            scale = Math.max(scale, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(actual[i] - expected[i]) <= tolerance * scale)) {
                assertThat(actual[i]).as("element %d of %d", i, expected.length)
                        .isCloseTo(expected[i], within(tolerance * scale));
            }
        }
    }
}
