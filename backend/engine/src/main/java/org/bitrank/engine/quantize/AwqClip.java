package org.bitrank.engine.quantize;

import java.util.Arrays;

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
            float[] moments = moments(samples, columns, group * size, size);
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

    /** {@code sum x x^T} over the samples, of the columns of one group. */
    private static float[] moments(float[] samples, int columns, int first, int size) {
        var moments = new float[size * size];
        Rows.parallel(size, 1, (from, to) -> {
            for (int token = 0; token < samples.length; token += columns) {
                for (int i = from; i < to; i++) {
                    float x = samples[token + first + i];
                    int row = i * size;
                    for (int j = 0; j < size; j++) {
                        moments[row + j] += x * samples[token + first + j];
                    }
                }
            }
        });
        return moments;
    }

    /** Used by one thread for row after row. */
    private final class Search {
        private final GroupGrid grid = new GroupGrid(settings, false);
        private final float[] weights;
        private final float[] moments;
        private final float[] cut;
        private final float[] off;
        private final float[] product;

        Search(float[] weights, float[] moments, int size) {
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

        /** {@code product = moments * off}, row after row: no sum runs along a row, so that it becomes vector code. */
        private void multiply() {
            Arrays.fill(product, 0);
            for (int i = 0; i < off.length; i++) {
                float factor = off[i];
                int row = i * product.length;
                for (int j = 0; j < product.length; j++) {
                    product[j] += factor * moments[row + j];
                }
            }
        }
    }
}
