package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.FailureClass;
import org.bitrank.kernels.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a made-up layer whose inputs go together, as those of language models do. */
class GptqTest {
    private static final int ROWS = 21;
    private static final int COLUMNS = 192;
    private static final int TOKENS = 1024;

    private static Backend backend;
    private static float[] weights;
    private static float[] hessian;

    @BeforeAll
    static void makeLayer() {
        backend = Backends.open("cpu", ComputeType.FLOAT32);
        var random = new Random(5);
        weights = new float[ROWS * COLUMNS];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        var inputs = new float[TOKENS * COLUMNS];
        for (int token = 0; token < TOKENS; token++) {
            double common = random.nextGaussian();
            for (int column = 0; column < COLUMNS; column++) {
                double size = 1 + column % 7;
                inputs[token * COLUMNS + column] = (float) (size * (0.8 * common + 0.6 * random.nextGaussian()));
            }
        }
        hessian = new float[COLUMNS * COLUMNS];
        try (var x = backend.upload(inputs, new Shape(TOKENS, COLUMNS));
                var h = backend.upload(hessian, new Shape(COLUMNS, COLUMNS))) {
            backend.gram(x, 2f, h);
            hessian = backend.download(h);
        }
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    private static WeightSettings settings(int bits, int groupSize, boolean symmetric) {
        return new WeightSettings(WeightSettings.Type.INT, bits, groupSize, symmetric, WeightSettings.ScaleType.FLOAT16);
    }

    private static LayerGroup.Layer layer(int firstRow, int rows) {
        return new LayerGroup.Layer(
                "layer", rows, COLUMNS, java.util.Arrays.copyOfRange(weights, firstRow * COLUMNS, (firstRow + rows) * COLUMNS));
    }

    private static GroupedWeight quantize(WeightSettings settings, Gptq.Options options) {
        var group = new LayerGroup(List.of(layer(0, ROWS)), LayerInputs.ofHessian(hessian.clone()));
        return (GroupedWeight) new Gptq().quantize(group, settings, options, backend).getFirst();
    }

    private static double error(GroupedWeight quantized) {
        return HessianError.of(weights, quantized.toFloats(), hessian, COLUMNS);
    }

    @ParameterizedTest
    @CsvSource({
        "2, -1, false, false, false, 128, false",
        "3, 64, false, false, false, 128, false",
        "4, 48, true, false, false, 128, false",
        "3, 64, false, true, false, 128, false",
        "3, 64, false, true, true, 128, false",
        "3, 64, true, false, true, 128, false",
        "4, 96, false, false, false, 1, false",
        "4, 96, false, false, false, 50, true",
        "5, -1, true, true, false, 512, false",
        "8, 32, false, false, false, 128, false"
    })
    void errsLessThanRounding(
            int bits, int groupSize, boolean symmetric, boolean actOrder, boolean staticGroups, int block, boolean search) {
        var settings = settings(bits, groupSize, symmetric);
        double rounding = error(RoundToNearest.quantize(layer(0, ROWS), settings, search));
        var options = new Gptq.Options(actOrder, staticGroups, 0.01, false, block, search);
        assertThat(error(quantize(settings, options))).isLessThan(0.8 * rounding);
    }

    @Test
    void whatARowGetsDoesNotDependOnTheOtherRows() {
        var settings = settings(3, 64, false);
        var options = new Gptq.Options(true, false, 0.01, false, 128, false);
        var alone = (GroupedWeight) new Gptq()
                .quantize(new LayerGroup(List.of(layer(13, 1)), LayerInputs.ofHessian(hessian.clone())), settings, options, backend)
                .getFirst();
        byte[] together = quantize(settings, options).codes();
        assertThat(java.util.Arrays.copyOfRange(together, 13 * COLUMNS, 14 * COLUMNS)).isEqualTo(alone.codes());
    }

    @Test
    void layersOfOneGroupGetWhatTheyWouldGetAlone() {
        var settings = settings(4, 64, false);
        var options = new Gptq.Options(false, false, 0.01, false, 128, false);
        var both = new Gptq()
                .quantize(new LayerGroup(List.of(layer(0, 5), layer(5, 16)), LayerInputs.ofHessian(hessian.clone())), settings, options, backend);
        var alone = new Gptq().quantize(new LayerGroup(List.of(layer(5, 16)), LayerInputs.ofHessian(hessian.clone())), settings, options, backend);
        assertThat(((GroupedWeight) both.get(1)).codes()).isEqualTo(((GroupedWeight) alone.getFirst()).codes());
    }

    @Test
    void staticGroupsKeepNeighbouringColumnsTogether() {
        var options = new Gptq.Options(true, true, 0.01, false, 128, false);
        assertThat(quantize(settings(4, 64, false), options).groupOfColumn()).isNull();
    }

    private static LayerGroup group(float[] hessian) {
        return new LayerGroup(List.of(layer(0, ROWS)), LayerInputs.ofHessian(hessian));
    }

    private static GroupedWeight quantize(LayerGroup group, double damping) {
        var options = new Gptq.Options(false, false, damping, false, 128, false);
        return (GroupedWeight)
                new Gptq().quantize(group, settings(4, 64, false), options, backend).getFirst();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void inputsThatAreNotFiniteAreNamed(float value) {
        float[] broken = hessian.clone();
        broken[0] = value;
        assertThatThrownBy(() -> quantize(group(broken), 0.01))
                .isInstanceOfSatisfying(
                        BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.NUMERICAL))
                .hasMessageContaining("the inputs of layer are not finite")
                .hasMessageContaining("--compute float32");
    }

    /** Columns 0 and 1 are said to go together more than they can: {@code [1, c; c, 1]} with c > 1. */
    private static float[] impossible(float together) {
        var values = new float[COLUMNS * COLUMNS];
        for (int i = 0; i < COLUMNS; i++) {
            values[i * COLUMNS + i] = 1;
        }
        values[1] = together;
        values[COLUMNS] = together;
        return values;
    }

    @ParameterizedTest
    @CsvSource({"1.005, 0.01, 0", "1.05, 0.01, 0.1", "1.5, 0.05, 1", "1.5, 0, 1", "1.005, 0, 0.01"})
    void dampingIsRaisedTenfoldUntilItSuffices(float together, double damping, double noted) {
        LayerGroup group = group(impossible(together));
        quantize(group, damping);
        assertThat(group.notes().toJson().path("layer").path("damping").asDouble(0)).isEqualTo(noted);
    }

    @Test
    void whatNoDampingHelpsIsANumericalFailure() {
        assertThatThrownBy(() -> quantize(group(impossible(3)), 0.01))
                .isInstanceOfSatisfying(
                        BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.NUMERICAL))
                .hasMessageContaining("the Hessian of layer is not positive definite even with damping 1")
                .hasMessageContaining("calibrate with more or other samples");
    }

    @Test
    void aLayerThatNoTokenReachedIsRoundedAndNoted() {
        LayerGroup group = group(new float[COLUMNS * COLUMNS]);
        var rounded = RoundToNearest.quantize(layer(0, ROWS), settings(4, 64, false), false);
        assertThat(quantize(group, 0.01).codes()).isEqualTo(rounded.codes());
        assertThat(group.notes().toJson().at("/layer/calibration").stringValue()).contains("no token reached it");
    }
}
