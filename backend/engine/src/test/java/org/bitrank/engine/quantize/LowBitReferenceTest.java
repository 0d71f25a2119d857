package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.MixedWidthWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against the published statements in NumPy and float64 (src/test/python/lowbit_reference.py). A weight on the edge between two
 * codes may fall on either side and takes the rest of its row with it, so what one row of the {@value #ROWS} is worth may differ.
 */
class LowBitReferenceTest {
    private static final int ROWS = 24;
    private static final int COLUMNS = 64;
    private static final int GROUP = 16;
    private static final double DAMPING = 0.01;

    private static Backend backend;
    private static SafetensorsFile reference;

    @BeforeAll
    static void open() throws Exception {
        backend = new CpuBackend(ComputeType.FLOAT32);
        reference = SafetensorsFile.open(Path.of(LowBitReferenceTest.class.getResource("lowbit-reference.safetensors").toURI()));
    }

    @AfterAll
    static void close() {
        reference.close();
        backend.close();
    }

    private static <O extends Record> QuantizedWeight quantize(QuantizationMethod<O> method, int bits, int group, O options) {
        var settings = new WeightSettings(WeightSettings.Type.INT, bits, group, false, WeightSettings.ScaleType.FLOAT32);
        var layer = new LayerGroup.Layer("layer", ROWS, COLUMNS, reference.floats("weights"));
        var inputs = new LayerInputs(reference.floats("hessian"), null, null, null, reference.floats("samples"));
        return method.quantize(new LayerGroup(List.of(layer), inputs), settings, options, backend).getFirst();
    }

    private static void assertSame(QuantizedWeight quantized, String name) {
        float[] expected = reference.floats(name);
        float[] actual = quantized.toFloats();
        int same = 0;
        for (int i = 0; i < expected.length; i++) {
            same += Math.abs(actual[i] - expected[i]) <= 2e-4 * Math.max(1, Math.abs(expected[i])) ? 1 : 0;
        }
        assertThat(same).as("of %d weights", expected.length).isGreaterThanOrEqualTo(expected.length - COLUMNS);
        assertNear(actual, expected);
    }

    /** What is off from the expected weights is little beside what these are off from the true ones; so is the error. */
    private static void assertNear(float[] actual, float[] expected) {
        float[] weights = reference.floats("weights");
        float[] hessian = reference.floats("hessian");
        double error = HessianError.of(weights, expected, hessian, COLUMNS);
        assertThat(HessianError.of(weights, actual, hessian, COLUMNS)).isCloseTo(error, within(0.03 * error));
        assertThat(squares(actual, expected)).isLessThan(2.0 / ROWS * squares(expected, weights));
    }

    private static double squares(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow(a[i] - b[i], 2);
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"HESSIAN, 0.1, pb-llm.hessian", "MAGNITUDE, 0.25, pb-llm.magnitude"})
    void pbLlm(SalienceMetric metric, double share, String name) {
        assertSame(quantize(new PbLlm(), 1, GROUP, new PbLlm.Options(share, 8, metric, DAMPING, 128)), name);
        assertSame(quantize(new PbLlm(), 1, GROUP, new PbLlm.Options(share, 8, metric, DAMPING, 10)), name);
    }

    @ParameterizedTest
    @CsvSource({
        "HESSIAN, SALIENCE, billm.hessian.salience",
        "HESSIAN, WEIGHTS, billm.hessian.weights",
        "MAGNITUDE, WEIGHTS, billm.magnitude.weights",
        "MAGNITUDE, SALIENCE, billm.magnitude.weights"
    })
    void billm(SalienceMetric metric, BiLlm.Search search, String name) {
        assertSame(quantize(new BiLlm(), 1, GROUP, new BiLlm.Options(metric, search, 50, DAMPING)), name);
    }

    /** One code that differs is turned into all weights. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void quip(int bits) {
        var quantized = quantize(new Quip(), bits, WeightSettings.CHANNEL, new Quip.Options(true, true, 0, 2.4, false, 0, DAMPING));
        assertNear(quantized.toFloats(), reference.floats("quip." + bits));
    }

    @Test
    void dbLlm() {
        assertSame(quantize(new DbLlm(), 2, GROUP, new DbLlm.Options(0)), "db-llm");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void slimLlm(int bits) {
        var quantized = (MixedWidthWeight) quantize(new SlimLlm(), bits, GROUP, new SlimLlm.Options(1, DAMPING));
        assertThat(quantized.bits()).isEqualTo(reference.integers("slim-llm." + bits + ".widths"));
        assertSame(quantized, "slim-llm." + bits);
    }
}
