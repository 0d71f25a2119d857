package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.quantize.recipe.WeightSettings;

/**
 * The candidates of AWQ's search: how much each input channel could be scaled before rounding.
 *
 * <p>With {@code a} the mean magnitude of a channel's inputs and a ratio {@code r} from 0 to 1, {@code s = max(a^r, 1e-4)}; in the
 * other variant {@code s = max(a^r / (w^(1-r) + 1e-4), 1e-4)}, where {@code w} is the channel's mean weight as a share of the
 * largest in its group. Then {@code s /= sqrt(max s * min s)}, so that a matrix as a whole keeps its size.
 */
final class AwqScales {
    private static final float SMALLEST = 1e-4f;

    /** Keeps a group of zeros from dividing by zero. */
    private static final float SMALLEST_GROUP = 1e-6f;

    private final float[] inputs;
    private final float[] weights;

    /**
     * @param inputs mean magnitude of every channel's inputs
     * @param weights {@link #meanShares} of every channel's weights, or null to look at the inputs alone
     */
    AwqScales(float[] inputs, float[] weights) {
        this.inputs = inputs;
        this.weights = weights;
    }

    /** The factor of every channel. */
    float[] at(double ratio) {
        var factors = new float[inputs.length];
        float least = Float.POSITIVE_INFINITY;
        float most = 0;
        for (int c = 0; c < factors.length; c++) {
            float factor = (float) Math.pow(inputs[c], ratio);
            if (weights != null) {
                factor /= (float) Math.pow(weights[c], 1 - ratio) + SMALLEST;
            }
            factors[c] = Math.max(factor, SMALLEST);
            least = Math.min(least, factors[c]);
            most = Math.max(most, factors[c]);
        }
        float middle = (float) Math.sqrt(most * least);
        for (int c = 0; c < factors.length; c++) {
            factors[c] /= middle;
        }
        return factors;
    }

    /** Mean over all rows of all layers of {@code |w| / max|w| of its group}, for every channel. */
    static float[] meanShares(List<LayerGroup.Layer> layers, WeightSettings settings) {
        int columns = layers.getFirst().columns();
        int size = settings.groupSizeFor(columns);
        var sums = new double[columns];
        long rows = 0;
        for (var layer : layers) {
            float[] weights = layer.weights();
            for (int start = 0; start < weights.length; start += size) {
                float largest = SMALLEST_GROUP;
                for (int i = start; i < start + size; i++) {
                    largest = Math.max(largest, Math.abs(weights[i]));
                }
                for (int i = start; i < start + size; i++) {
                    sums[i % columns] += Math.abs(weights[i]) / largest;
                }
            }
            rows += layer.rows();
        }
        var means = new float[columns];
        for (int c = 0; c < columns; c++) {
            means[c] = (float) (sums[c] / rows);
        }
        return means;
    }

    /**
     * What the layer's weights would act like, coded after scaling: {@code round(W * s) / s}.
     *
     * @param values gets them, {@code [rows, columns]}
     */
    static void round(LayerGroup.Layer layer, float[] factors, WeightSettings settings, float[] values) {
        int columns = layer.columns();
        int size = settings.groupSizeFor(columns);
        float[] weights = layer.weights();
        Rows.parallel(layer.rows(), 1, (from, to) -> {
            var grid = new GroupGrid(settings, false);
            var scaled = new float[size];
            var group = new float[size];
            for (int start = from * columns; start < to * columns; start += size) {
                System.arraycopy(factors, start % columns, group, 0, size);
                System.arraycopy(weights, start, scaled, 0, size);
                for (int i = 0; i < scaled.length; i++) {
                    scaled[i] *= group[i];
                }
                grid.fit(scaled, 0, size);
                grid.round(scaled, 0, size, scaled, 0);
                for (int i = 0; i < scaled.length; i++) {
                    scaled[i] /= group[i];
                }
                System.arraycopy(scaled, 0, values, start, size);
            }
        });
    }
}
