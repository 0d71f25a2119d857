package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The published formula on one layer, as an independent program evaluated it. */
class SmoothQuantTest {
    private static final String GOLDENS = "fixtures/quantized/method-goldens/";
    private static final int COLUMNS = 512;

    private static float[] largest(float[] matrix) {
        var largest = new float[COLUMNS];
        for (int i = 0; i < matrix.length; i++) {
            largest[i % COLUMNS] = Math.max(largest[i % COLUMNS], Math.abs(matrix[i]));
        }
        return largest;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.8})
    void scalesAndOutputErrorAreThoseOfTheFormula(double alpha) {
        try (var inputs = SafetensorsFile.open(SharedFiles.path(GOLDENS + "inputs.safetensors"));
                var golden = SafetensorsFile.open(SharedFiles.path(GOLDENS + "smoothquant.safetensors"))) {
            String key = "alpha" + alpha + "_smoothquant_repo_formula.scales";
            float[] x = inputs.floats("X");
            float[] w = inputs.floats("W");
            float[] scales = SmoothQuant.scales(largest(x), largest(w), alpha);
            if (golden.names().contains(key)) {
                float[] expected = golden.floats(key);
                for (int j = 0; j < COLUMNS; j++) {
                    assertThat(scales[j]).isCloseTo(expected[j], within(1e-5f * expected[j]));
                }
            }
            double expectedError = JsonMapper.shared()
                    .readTree(SharedFiles.path(GOLDENS + "smoothquant.json"))
                    .path("results").path("alpha" + alpha + "_smoothquant_repo_formula").path("output_mse_w8a8").doubleValue();
            assertThat(outputError(x, w, scales)).isCloseTo(expectedError, Percentage.withPercentage(1));
        }
    }

    /** Weights per row and inputs per token at 8 bits. */
    private static double outputError(float[] x, float[] w, float[] scales) {
        int rows = w.length / COLUMNS;
        var smoothed = new float[w.length];
        for (int i = 0; i < w.length; i++) {
            smoothed[i] = w[i] * scales[i % COLUMNS];
        }
        var weights = new WeightSettings(WeightSettings.Type.INT, 8, WeightSettings.CHANNEL, true, WeightSettings.ScaleType.FLOAT32);
        float[] rounded = AbsmaxRounding.quantize(new LayerGroup.Layer("layer", rows, COLUMNS, smoothed), weights).toFloats();
        double sum = 0;
        int tokens = x.length / COLUMNS;
        for (int t = 0; t < tokens; t++) {
            var input = new double[COLUMNS];
            double most = 0;
            for (int j = 0; j < COLUMNS; j++) {
                input[j] = x[t * COLUMNS + j] / scales[j];
                most = Math.max(most, Math.abs(input[j]));
            }
            for (int row = 0; row < rows; row++) {
                double difference = 0;
                for (int j = 0; j < COLUMNS; j++) {
                    double code = most == 0 ? 0 : Math.rint(input[j] / (most / 127)) * (most / 127);
                    difference += x[t * COLUMNS + j] * w[row * COLUMNS + j] - code * rounded[row * COLUMNS + j];
                }
                sum += difference * difference;
            }
        }
        return sum / ((double) tokens * rows);
    }
}
