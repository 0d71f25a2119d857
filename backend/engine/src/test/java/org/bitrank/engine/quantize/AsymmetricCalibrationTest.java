package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.FailureClass;
import org.bitrank.kernels.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GPTAQ on a made-up layer whose inputs are off, as behind layers that are quantized already. */
class AsymmetricCalibrationTest {
    private static final int ROWS = 24;
    private static final int COLUMNS = 160;
    private static final int TOKENS = 1500;

    private static Backend backend;
    private static float[] weights;
    /** What the unquantized model has here, and what the quantized one has. */
    private static float[] wanted;

    private static float[] inputs;
    private static LayerInputs known;

    @BeforeAll
    static void makeLayer() {
        backend = Backends.open("cpu", ComputeType.FLOAT32);
        var random = new Random(11);
        weights = numbers(random, ROWS * COLUMNS);
        wanted = new float[TOKENS * COLUMNS];
        inputs = new float[TOKENS * COLUMNS];
        for (int token = 0; token < TOKENS; token++) {
            float[] common = numbers(random, 12);
            for (int column = 0; column < COLUMNS; column++) {
                int at = token * COLUMNS + column;
                wanted[at] = common[column % 12] + 0.7f * common[(column * 7 + 3) % 12] + 0.3f * (float) random.nextGaussian();
                // Some columns have shrunk, and all have some noise.
                inputs[at] = (column % 3 == 0 ? 0.8f : 1) * wanted[at] + 0.15f * (float) random.nextGaussian();
            }
        }
        known = known(TOKENS);
    }

    /** What a method is told of the first tokens. */
    private static LayerInputs known(int tokens) {
        var shape = new Shape(COLUMNS, COLUMNS);
        float[] read = Arrays.copyOf(inputs, tokens * COLUMNS);
        try (var x = backend.upload(read, new Shape(tokens, COLUMNS));
                var off = backend.upload(difference(Arrays.copyOf(wanted, tokens * COLUMNS), read), new Shape(tokens, COLUMNS));
                var hessian = backend.allocate(DType.FLOAT32, shape);
                var deviation = backend.allocate(DType.FLOAT32, shape)) {
            backend.gram(x, 2f, hessian);
            backend.crossGram(off, x, 2f, deviation);
            return new LayerInputs(backend.download(hessian), backend.download(deviation), null, null, null);
        }
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    private static float[] numbers(Random random, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] difference(float[] left, float[] right) {
        var values = new float[left.length];
        for (int i = 0; i < left.length; i++) {
            values[i] = left[i] - right[i];
        }
        return values;
    }

    private static GroupedWeight quantize(int bits, boolean actOrder, int block, boolean asymmetric, double alpha) {
        var layer = new LayerGroup.Layer("layer", ROWS, COLUMNS, weights.clone());
        var copy = new LayerInputs(known.hessian().clone(), known.deviation(), null, null, null);
        var options = new Gptq.Options(actOrder, false, 0.01, false, block, false, asymmetric, alpha);
        var settings = new WeightSettings(WeightSettings.Type.INT, bits, 32, false, WeightSettings.ScaleType.FLOAT16);
        return (GroupedWeight) new Gptq()
                .quantize(new LayerGroup(List.of(layer), copy), settings, options, backend)
                .getFirst();
    }

    /** Mean squared distance from the unquantized model's outputs. */
    private static double error(GroupedWeight quantized) {
        float[] coded = quantized.toFloats();
        double sum = 0;
        for (int token = 0; token < TOKENS; token++) {
            for (int row = 0; row < ROWS; row++) {
                double off = 0;
                for (int column = 0; column < COLUMNS; column++) {
                    int at = token * COLUMNS + column;
                    off += (double) weights[row * COLUMNS + column] * wanted[at] - (double) coded[row * COLUMNS + column] * inputs[at];
                }
                sum += off * off;
            }
        }
        return sum / TOKENS / ROWS;
    }

    @ParameterizedTest
    @CsvSource({"4, false, 128", "4, true, 128", "3, false, 50", "8, false, 128", "8, true, 1"})
    void theMoreIsMadeUpForTheNearerAreTheOutputs(int bits, boolean actOrder, int block) {
        double plain = error(quantize(bits, actOrder, block, false, 0.25));
        double quarter = error(quantize(bits, actOrder, block, true, 0.25));
        double whole = error(quantize(bits, actOrder, block, true, 1));
        assertThat(quarter).isLessThan(0.95 * plain);
        assertThat(whole).isLessThan(0.95 * quarter);
    }

    @Test
    void withAlphaZeroItIsGptq() {
        assertThat(quantize(3, true, 64, true, 0).codes()).isEqualTo(quantize(3, true, 64, false, 0.25).codes());
    }

    /** 20 tokens say nothing of most of 160 inputs: with the damping asked for, corrections of large deviations are corrected again and grow. */
    @ParameterizedTest
    @ValueSource(ints = {16, 160})
    void withFewTokensDampingIsRaisedUntilCorrectionsAreBounded(int block) {
        var notes = new QuantizationNotes();
        GroupedWeight coded = (GroupedWeight) quantizeOn(fewTokens(5), block, notes).getFirst();
        assertThat(notes.toJson().path("layer").path("damping").asDouble(0)).isGreaterThan(0.01);
        float largest = 0;
        for (float weight : coded.toFloats()) {
            largest = Math.max(largest, Math.abs(weight));
        }
        assertThat(largest).isLessThan(40);
    }

    @Test
    void whereNoDampingSufficesTheLayerAndTheRemedyAreNamed() {
        assertThatThrownBy(() -> quantizeOn(fewTokens(10_000), 128, new QuantizationNotes()))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.NUMERICAL))
                .hasMessageContaining("corrections of layer grow without bound even with damping 1")
                .hasMessageContaining("too few")
                .hasMessageContaining("calibration.samples");
    }

    /** @param times how many times as far off the inputs are as usual */
    private static LayerInputs fewTokens(int times) {
        LayerInputs few = known(20);
        float[] deviation = few.deviation().clone();
        for (int i = 0; i < deviation.length; i++) {
            deviation[i] *= times;
        }
        return new LayerInputs(few.hessian(), deviation, null, null, null);
    }

    private static List<QuantizedWeight> quantizeOn(LayerInputs inputs, int block, QuantizationNotes notes) {
        var layer = new LayerGroup.Layer("layer", ROWS, COLUMNS, weights.clone());
        var settings = new WeightSettings(WeightSettings.Type.INT, 4, 32, false, WeightSettings.ScaleType.FLOAT16);
        return new Gptq().quantize(new LayerGroup(List.of(layer), inputs, notes), settings,
                new Gptq.Options(false, false, 0.01, false, block, false, true, 1), backend);
    }

    @Test
    void howColumnsAreDividedIntoBlocksHardlyMatters() {
        // Grids are found from what finished blocks left, so that only whole rows in one group are the same in theory.
        double one = error(quantize(8, false, 160, true, 1));
        assertThat(error(quantize(8, false, 32, true, 1))).isCloseTo(one, org.assertj.core.api.Assertions.withinPercentage(1));
    }

    @Test
    void theQuantizedAndTheUnquantizedModelAreRunOnlyWhenAsked() {
        var method = new Gptq();
        assertThat(method.needs(new Gptq.Options(false, false, 0.01, false, 128, false))).containsExactly(InputNeed.HESSIAN);
        assertThat(method.needs(new Gptq.Options(false, false, 0.01, false, 128, false, true, 0.25)))
                .containsExactlyInAnyOrder(InputNeed.HESSIAN, InputNeed.DEVIATION);
    }
}
