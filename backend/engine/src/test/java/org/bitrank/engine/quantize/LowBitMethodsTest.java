package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.DualBinaryWeight;
import org.bitrank.engine.weights.MixedWidthWeight;
import org.bitrank.engine.weights.PartlyBinaryWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.engine.weights.ResidualBinaryWeight;
import org.bitrank.engine.weights.RotatedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods of one to four bits on the layer on which AutoGPTQ was run: two dead inputs, outliers in weights and inputs. */
class LowBitMethodsTest {
    private static final int ROWS = 256;
    private static final int COLUMNS = 512;
    private static final int TOKENS = 2048;

    private static Backend backend;
    private static float[] weights;
    private static float[] inputs;
    private static float[] hessian;

    @BeforeAll
    static void readLayer() {
        try (var file = SafetensorsFile.open(SharedFiles.path("fixtures/quantized/method-goldens/inputs.safetensors"))) {
            weights = file.floats("W");
            inputs = file.floats("X");
        }
        backend = new CpuBackend(ComputeType.FLOAT32);
        try (var x = backend.upload(inputs, new Shape(TOKENS, COLUMNS));
                var h = backend.upload(new float[COLUMNS * COLUMNS], new Shape(COLUMNS, COLUMNS))) {
            backend.gram(x, 2f, h);
            hessian = backend.download(h);
        }
    }

    @AfterAll
    static void close() {
        if (backend != null) {
            backend.close();
        }
    }

    private static LayerGroup.Layer layer() {
        return new LayerGroup.Layer("layer", ROWS, COLUMNS, weights.clone());
    }

    private static <O extends Record> QuantizedWeight quantize(QuantizationMethod<O> method, WeightSettings settings, O options) {
        var group = new LayerGroup(List.of(layer()), new LayerInputs(hessian.clone(), null, null, null, inputs));
        return method.quantize(group, settings, options, backend).getFirst();
    }

    private static <O extends Record> QuantizedWeight quantize(QuantizationMethod<O> method) {
        return quantize(method, method.weightsSchema().defaults(), method.schema().defaults());
    }

    private static WeightSettings bits(QuantizationMethod<?> method, int bits) {
        WeightSettings usual = method.weightsSchema().defaults();
        return new WeightSettings(usual.type(), bits, usual.groupSize(), usual.symmetric(), usual.scaleType());
    }

    /** As a share of the outputs' own mean square. */
    private static double error(QuantizedWeight quantized) {
        double whole = HessianError.of(weights, new float[weights.length], hessian, COLUMNS);
        return HessianError.of(weights, quantized.toFloats(), hessian, COLUMNS) / whole;
    }

    private static double rounding(int bits) {
        return error(RoundToNearest.quantize(layer(), bits(new RoundToNearest(), bits), false));
    }

    static List<QuantizationMethod<?>> methodsOfTheirOwnKind() {
        return MethodRegistry.all().stream().filter(method -> !method.formats().isEmpty()).toList();
    }

    /** A recipe with another format is refused by what the method says, before anything is quantized. */
    @ParameterizedTest
    @MethodSource("methodsOfTheirOwnKind")
    void theFormatsThatAMethodNamesAreThoseThatTakeWhatItMakes(QuantizationMethod<?> method) {
        QuantizedWeight made = quantize(method);
        assertThat(StorageFormats.quantized().stream().filter(format -> StorageFormats.writable(format).refusal(made).isEmpty()))
                .containsExactlyInAnyOrderElementsOf(method.formats());
    }

    @Test
    void pbLlmKeepsAShareAndErrsLessThanOneBit() {
        var quantized = (PartlyBinaryWeight) quantize(new PbLlm());
        assertThat(quantized.nominalBits()).isCloseTo(1.7, within(0.01));
        double binary = error(quantize(new PbLlm(), bits(new PbLlm(), 1), new PbLlm.Options(0, 8, SalienceMetric.HESSIAN, 0.01, 128)));
        assertThat(error(quantized)).isLessThan(0.2 * binary).isLessThan(0.1 * rounding(1));
        var more = quantize(new PbLlm(), bits(new PbLlm(), 1), new PbLlm.Options(1 / 7.0, 8, SalienceMetric.HESSIAN, 0.01, 128));
        assertThat(more.nominalBits()).isCloseTo(2, within(0.01));
        assertThat(error(more)).isLessThan(error(quantized));
    }

    @Test
    void pbLlmWithNothingButSalientWeightsIsEightBits() {
        var quantized = quantize(new PbLlm(), bits(new PbLlm(), 1), new PbLlm.Options(1, 8, SalienceMetric.MAGNITUDE, 0.01, 128));
        assertThat(quantized.nominalBits()).isEqualTo(8);
        assertThat(error(quantized)).isLessThan(1e-3);
    }

    @Test
    void billmErrsFarLessThanBinarizingOnceAtHardlyMoreBits() {
        for (SalienceMetric metric : SalienceMetric.values()) {
            for (BiLlm.Search search : BiLlm.Search.values()) {
                var quantized = (ResidualBinaryWeight) quantize(new BiLlm(), bits(new BiLlm(), 1), new BiLlm.Options(metric, search, 50, 0.01));
                assertThat(quantized.nominalBits()).isBetween(1.0, 1.2);
                assertThat(quantized.salientCount()).isPositive();
                assertThat(error(quantized)).isLessThan(0.25 * rounding(1));
            }
        }
        assertThat(error(quantize(new BiLlm()))).isGreaterThan(error(quantize(new PbLlm())));
    }

    @Test
    void quipAtTwoBitsErrsLessThanGptq() {
        double two = error(quantize(new Quip()));
        var gptq = new Gptq();
        assertThat(two).isLessThan(0.25 * error(quantize(gptq, bits(gptq, 2), gptq.schema().defaults())));
        double three = error(quantize(new Quip(), bits(new Quip(), 3), new Quip().schema().defaults()));
        double four = error(quantize(new Quip(), bits(new Quip(), 4), new Quip().schema().defaults()));
        assertThat(three).isLessThan(two);
        assertThat(four).isLessThan(three);
    }

    @Test
    void everyPartOfQuipHelps() {
        var quip = new Quip();
        double whole = error(quantize(quip));
        assertThat(error(quantize(quip, bits(quip, 2), new Quip.Options(true, false, 0, 2.4, false, 0, 0.01)))).as("no rotation").isGreaterThan(2 * whole);
        assertThat(error(quantize(quip, bits(quip, 2), new Quip.Options(false, true, 0, 2.4, false, 0, 0.01)))).as("no rescaling").isGreaterThan(whole);
        assertThat(error(quantize(quip, bits(quip, 2), new Quip.Options(true, true, 0, 2.4, true, 0, 0.01)))).as("sorted").isLessThan(1.1 * whole);
        assertThat(error(quantize(quip, bits(quip, 2), new Quip.Options(true, true, 0, 2.4, false, 5, 0.01)))).as("greedy passes").isLessThan(whole);
    }

    @Test
    void quipsCodesBelongToRotationsThatTheMatrixNames() {
        var quantized = (RotatedWeight) quantize(new Quip());
        var other = (RotatedWeight) quantize(new Quip(), bits(new Quip(), 2), new Quip.Options(true, true, 1, 2.4, false, 0, 0.01));
        assertThat(quantized.inputs().seed()).isNotEqualTo(quantized.outputs().seed()).isNotEqualTo(other.inputs().seed());
        assertThat(error(other)).isCloseTo(error(quantized), within(0.3 * error(quantized)));
    }

    @Test
    void slimLlmKeepsTheMeanWidthAndErrsLessThanGptq() {
        var slim = new SlimLlm();
        var gptq = new Gptq();
        for (int bits = 2; bits <= 4; bits++) {
            var quantized = (MixedWidthWeight) quantize(slim, bits(slim, bits), slim.schema().defaults());
            assertThat(quantized.nominalBits()).isEqualTo(bits);
            assertThat(Arrays.stream(quantized.bits()).max().orElseThrow()).isLessThanOrEqualTo(bits + 1);
            assertThat(error(quantized)).isLessThan(error(quantize(gptq, bits(gptq, bits), gptq.schema().defaults())));
        }
    }

    @Test
    void dbLlmsLevelsAreFittedByLeastSquares() {
        var start = (DualBinaryWeight) quantize(new DbLlm());
        var fitted = (DualBinaryWeight) quantize(new DbLlm(), bits(new DbLlm(), 2), new DbLlm.Options(50));
        for (int group = 0; group < start.first().length; group++) {
            assertThat(start.first()[group]).isEqualTo(-2 * start.second()[group]);
            assertThat(fitted.first()[group]).isPositive();
            assertThat(fitted.second()[group]).isNegative();
        }
        assertThat(squares(fitted)).isLessThan(0.8 * squares(start));
    }

    private static double squares(QuantizedWeight quantized) {
        double sum = 0;
        float[] values = quantized.toFloats();
        for (int i = 0; i < values.length; i++) {
            sum += Math.pow(values[i] - weights[i], 2);
        }
        return sum;
    }

    @Test
    void rowsGetWhatTheyWouldGetWhateverThreadsThereAre() {
        for (QuantizationMethod<?> method : List.of(new PbLlm(), new BiLlm(), new Quip(), new SlimLlm())) {
            assertThat(quantize(method).toFloats()).isEqualTo(quantize(method).toFloats());
        }
    }
}
