package org.bitrank.engine.quantize;

import java.util.Arrays;
import org.bitrank.engine.quantize.recipe.WeightSettings;

/**
 * AWQ's search for the limit at which a group's weights are cut off before they are rounded: a smaller range has a finer grid.
 *
 * <p>For each row and group, {@code m = max|w|}, and the limits {@code m (1 - i / steps)} are tried down to the largest shrinkage.
 * The one with the least change of the group's output on sample inputs is kept. That change, {@code mean ((w' - w) x)^2}, is
 * computed as {@code (w' - w) G (w' - w)^T} from the second moments {@code G} of the group's own inputs.
 */
final class AwqClip {
    private final WeightSettings settings;
    private final int steps;
    private final int tried;

    /**
     * @param steps divisions of the range
     * @param shrinkage largest part of the range that is cut off
     */
    AwqClip(WeightSettings settings, int steps, double shrinkage) {
        this.settings = settings;
        this.steps = steps;
        this.tried = (int) (shrinkage * steps);
    }

    /**
     * The limit of every row and group, {@code [rows, groups]}.
     *
     * @param samples inputs of some tokens, {@code [n, columns]}
     */
    float[] limits(LayerGroup.Layer layer, float[] samples) {
        int columns = layer.columns();
        int size = settings.groupSizeFor(columns);
        int groups = columns / size;
        var limits = new float[layer.rows() * groups];
        for (int group = 0; group < groups; group++) {
            int number = group;
            float[][] moments = moments(samples, columns, group * size, size);
            Rows.parallel(layer.rows(), 1, (from, to) -> {
                var search = new Search(layer.weights(), moments, size);
                for (int row = from; row < to; row++) {
                    limits[row * groups + number] = search.limit(row * columns + number * size);
                }
            });
        }
        return limits;
    }

    /** Cuts the layer's weights off at the limits, in place. */
    void apply(LayerGroup.Layer layer, float[] limits) {
        float[] weights = layer.weights();
        int size = settings.groupSizeFor(layer.columns());
        for (int i = 0; i < weights.length; i++) {
            float limit = limits[i / size];
            weights[i] = Math.max(-limit, Math.min(limit, weights[i]));
        }
    }

    /** {@code sum x x^T} over the samples, of the columns of one group, row by row. */
    private static float[][] moments(float[] samples, int columns, int first, int size) {
        var moments = new float[size][size];
        Rows.parallel(size, 1, (from, to) -> {
            var x = new float[size];
            for (int token = 0; token < samples.length; token += columns) {
                System.arraycopy(samples, token + first, x, 0, size);
                for (int i = from; i < to; i++) {
                    add(moments[i], x[i], x);
                }
            }
        });
        return moments;
    }

    // The compiler turns these two into vector code: all arrays are read at one index.

    private static void add(float[] sum, float factor, float[] row) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += factor * row[j];
        }
    }

    private static void addFour(
            float[] sum, float f0, float[] m0, float f1, float[] m1, float f2, float[] m2, float f3, float[] m3) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += (f0 * m0[j] + f1 * m1[j]) + (f2 * m2[j] + f3 * m3[j]);
        }
    }

    /** Used by one thread for row after row. */
    private final class Search {
        private final GroupGrid grid = new GroupGrid(settings, false);
        private final float[] weights;
        private final float[][] moments;
        private final float[] cut;
        private final float[] off;
        private final float[] product;

        Search(float[] weights, float[][] moments, int size) {
            this.weights = weights;
            this.moments = moments;
            this.cut = new float[size];
            this.off = new float[size];
            this.product = new float[size];
        }

        float limit(int start) {
            float largest = 0;
            for (int i = 0; i < cut.length; i++) {
                largest = Math.max(largest, Math.abs(weights[start + i]));
            }
            float best = largest;
            double least = Double.POSITIVE_INFINITY;
            for (int step = 0; step < tried; step++) {
                // The share as the authors' code rounds it: cut on both sides, a range's zero point is a tie that one digit decides.
                float limit = largest * (float) (1 - (double) step / steps);
                double lost = loss(start, limit);
                if (lost < least) {
                    least = lost;
                    best = limit;
                }
            }
            return best;
        }

        private double loss(int start, float limit) {
            for (int i = 0; i < cut.length; i++) {
                cut[i] = Math.max(-limit, Math.min(limit, weights[start + i]));
            }
            grid.fit(cut, 0, cut.length);
            grid.round(cut, 0, cut.length, off, 0);
            for (int i = 0; i < off.length; i++) {
                off[i] -= weights[start + i];
            }
            multiply();
            double sum = 0;
            for (int i = 0; i < off.length; i++) {
                sum += (double) off[i] * product[i];
            }
            return sum;
        }

        /** {@code product = moments * off}, row after row, four together: no sum runs along a row. */
        private void multiply() {
            Arrays.fill(product, 0);
            int i = 0;
            for (; i + 3 < product.length; i += 4) {
                addFour(product, off[i], moments[i], off[i + 1], moments[i + 1], off[i + 2], moments[i + 2], off[i + 3], moments[i + 3]);
            }
            for (; i < product.length; i++) {
                add(product, off[i], moments[i]);
            }
        }
    }
}
