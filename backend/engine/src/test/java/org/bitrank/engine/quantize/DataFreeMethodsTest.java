package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.OptionField;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every method that looks at no data must do, and what single ones promise. */
class DataFreeMethodsTest {
    private static final int ROWS = 48;
    private static final int COLUMNS = 192;

    static List<QuantizationMethod<?>> methods() {
        return MethodRegistry.all().stream().filter(method -> !method.calibrated()).toList();
    }

    @ParameterizedTest
    @MethodSource("methods")
    <O extends Record> void keepsMostOfTheWeightsWithItsOwnSettings(QuantizationMethod<O> method) {
        float[] weights = weights(1);
        WeightSettings settings = method.weightsSchema().defaults();
        QuantizedWeight quantized = quantize(method, settings, weights);
        assertThat(relativeError(weights, quantized)).isBetween(1e-5, settings.bits() <= 2 ? 0.3 : 0.03);
        assertThat(quantize(method, method.weightsSchema().defaults(), weights).toFloats()).isEqualTo(quantized.toFloats());
    }

    /** Without ICQ, whose widths are those of its integers and not of its usual NF4, and GGUF, whose block type says the width. */
    static List<QuantizationMethod<?>> methodsOfSeveralWidths() {
        return methods().stream().filter(method -> !List.of("icq", "gguf").contains(method.name())).toList();
    }

    @ParameterizedTest
    @MethodSource("methodsOfSeveralWidths")
    <O extends Record> void moreBitsErrLess(QuantizationMethod<O> method) {
        OptionField bits = method.weightsSchema().fields().stream().filter(field -> field.name().equals("bits")).findFirst().orElseThrow();
        double last = Double.POSITIVE_INFINITY;
        for (int width = bits.minimum().intValue(); width <= bits.maximum(); width++) {
            WeightSettings usual = method.weightsSchema().defaults();
            var settings = new WeightSettings(usual.type(), width, usual.groupSize(), usual.symmetric(), usual.scaleType());
            double error = relativeError(weights(2), quantize(method, settings, weights(2)));
            assertThat(error).as(width + " bits").isLessThan(last);
            last = error;
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    <O extends Record> void zerosAndTinyAndHugeWeightsGiveFiniteNumbers(QuantizationMethod<O> method) {
        assertThat(quantize(method, method.weightsSchema().defaults(), new float[ROWS * COLUMNS]).toFloats())
                .satisfies(values -> assertThat(GroupRuns.largest(values, 0, values.length)).isLessThan(1e-3f));
        for (float size : new float[] {1e-30f, 1e-6f, 1e4f}) {
            float[] weights = weights(3);
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= size;
            }
            float[] values = quantize(method, method.weightsSchema().defaults(), weights).toFloats();
            for (float value : values) {
                assertThat(Float.isFinite(value)).isTrue();
            }
        }
    }

    @Test
    void icqHasMoreEntropyThanNf4AndMoreErrorThanItNeeds() {
        float[] weights = weights(4);
        var shifted = (GroupedWeight) quantize(new InformationCalibration(), new InformationCalibration().weightsSchema().defaults(), weights);
        var plain = (GroupedWeight) quantize(BlockFloat.nf4(), BlockFloat.nf4().weightsSchema().defaults(), weights);
        assertThat(entropy(shifted.codes(), 64, 16)).isGreaterThan(1.01 * entropy(plain.codes(), 64, 16));
        assertThat(relativeError(weights, shifted)).isLessThan(1.3 * relativeError(weights, plain));
    }

    /** The candidates one by one, by the definition. */
    @Test
    void icqTakesTheFirstShiftOfLargestEntropy() {
        float[] weights = weights(5);
        var method = new InformationCalibration();
        var options = method.schema().defaults();
        var levels = LevelSearch.nearest(Codebooks.NF4.levels());
        var search = new ShiftSearch(options, 64);
        for (int block = 0; block < 20; block++) {
            float[] sorted = Arrays.copyOfRange(weights, 64 * block, 64 * block + 64);
            Arrays.sort(sorted);
            float median = sorted[31];
            float reach = Math.max(sorted[63] - median, median - sorted[0]);
            double largest = -1;
            float best = 0;
            for (int step = -100; step <= 100; step++) {
                float shift = (float) (0.1 * 0.5410872 * step / 100) * reach + median;
                float inverse = 1 / Math.max(sorted[63] - shift, shift - sorted[0]);
                var codes = new byte[64];
                for (int i = 0; i < 64; i++) {
                    codes[i] = levels.code((weights[64 * block + i] - shift) * inverse);
                }
                double found = entropy(codes, 64, 16);
                if (found > largest + 1e-12) {
                    largest = found;
                    best = shift;
                }
            }
            assertThat(search.best(weights, 64 * block, 64 * block + 64)).isEqualTo(best);
        }
    }

    @Test
    void icqOfIntegersHasMoreEntropyThanRounding() {
        float[] weights = weights(6);
        var method = new InformationCalibration();
        for (int bits = 2; bits <= 4; bits++) {
            var settings = new WeightSettings(WeightSettings.Type.LEVELS, bits, 64, false, WeightSettings.ScaleType.FLOAT16);
            var options = new InformationCalibration.Options(InformationCalibration.Quantizer.INT, 0.1, 0, true);
            var layer = new LayerGroup.Layer("layer", ROWS, COLUMNS, weights);
            var stretched = (GroupedWeight) method.quantize(new LayerGroup(List.of(layer), LayerInputs.NONE), settings, options, null).getFirst();
            GroupedWeight plain = RoundToNearest.quantize(layer, settings, false);
            assertThat(stretched.grid()).isEqualTo(new AffineGrid(bits, false));
            assertThat(entropy(stretched.codes(), 64, 1 << bits)).isGreaterThan(entropy(plain.codes(), 64, 1 << bits));
        }
    }

    @Test
    void finequantRefinesOnlyWhereOutliersAre() {
        float[] weights = weights(7);
        var method = new FineGranularity();
        int without = groupSize(method, weights);
        for (int row = 0; row < ROWS; row++) {
            weights[row * COLUMNS + row] = 1;
        }
        assertThat(without).isEqualTo(COLUMNS);
        assertThat(groupSize(method, weights)).isLessThan(without);
    }

    private static int groupSize(FineGranularity method, float[] weights) {
        return ((GroupedWeight) quantize(method, method.weightsSchema().defaults(), weights)).groupSize();
    }

    @Test
    void ternaryIsTheMeanMagnitudeTimesMinusOneZeroOrOne() {
        float[] weights = weights(8);
        double sum = 0;
        for (float weight : weights) {
            sum += Math.abs(weight);
        }
        float gamma = Float.float16ToFloat(Float.floatToFloat16((float) (sum / weights.length + 1e-5)));
        float[] found = quantize(new TernaryRounding(), new TernaryRounding().weightsSchema().defaults(), weights).toFloats();
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i] + 0f).isEqualTo((float) Math.rint(Math.clamp(weights[i] / gamma, -1f, 1f)) * gamma + 0f);
        }
    }

    private static float[] weights(int seed) {
        var random = new Random(seed);
        var weights = new float[ROWS * COLUMNS];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 0.02f * (float) random.nextGaussian();
        }
        return weights;
    }

    private static <O extends Record> QuantizedWeight quantize(QuantizationMethod<O> method, WeightSettings settings, float[] weights) {
        var layer = new LayerGroup.Layer("layer", ROWS, COLUMNS, weights.clone());
        return method.quantize(
                        new LayerGroup(List.of(layer), LayerInputs.NONE), method.fitted(settings, List.of(COLUMNS)), method.schema().defaults(), null)
                .getFirst();
    }

    private static double relativeError(float[] weights, QuantizedWeight quantized) {
        float[] meant = quantized.toFloats();
        double error = 0;
        double size = 0;
        for (int i = 0; i < weights.length; i++) {
            error += Math.pow(meant[i] - weights[i], 2);
            size += Math.pow(weights[i], 2);
        }
        return error / size;
    }

    /** Mean over groups of neighbours. */
    private static double entropy(byte[] codes, int size, int different) {
        double sum = 0;
        for (int start = 0; start < codes.length; start += size) {
            var counts = new int[different];
            for (int i = start; i < start + size; i++) {
                counts[codes[i]]++;
            }
            for (int count : counts) {
                sum -= count == 0 ? 0 : (double) count / size * Math.log((double) count / size);
            }
        }
        return sum / (codes.length / size);
    }
}
