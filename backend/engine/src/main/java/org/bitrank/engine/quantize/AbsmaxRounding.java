package org.bitrank.engine.quantize;

import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupedWeight;

/**
 * Symmetric rounding as integer kernels want it: {@code scale = max|w| / (2^(bits - 1) - 1)}, so that the largest weight is
 * the largest code and its negative the smallest but one, which stays unused.
 */
final class AbsmaxRounding {
    private AbsmaxRounding() {}

    static GroupedWeight quantize(LayerGroup.Layer layer, WeightSettings weights) {
        int columns = layer.columns();
        int groupSize = weights.groupSizeFor(columns);
        int groups = GroupedWeight.groups(columns, groupSize);
        var grid = new AffineGrid(weights.bits(), true);
        float top = (1 << weights.bits() - 1) - 1;
        float[] values = layer.weights();
        var codes = new byte[values.length];
        var scales = new float[layer.rows() * groups];
        Rows.parallel(layer.rows(), 1, (from, to) -> {
            for (int group = from * groups; group < to * groups; group++) {
                int start = group * groupSize;
                float largest = 0;
                for (int i = start; i < start + groupSize; i++) {
                    largest = Math.max(largest, Math.abs(values[i]));
                }
                float scale = GroupGrid.stored(largest == 0 ? 1 : largest / top, weights.scaleType().dtype());
                scales[group] = scale;
                for (int i = start; i < start + groupSize; i++) {
                    double code = Math.max(-top, Math.min(top, Math.rint(values[i] / scale)));
                    codes[i] = (byte) ((int) code + grid.middle());
                }
            }
        });
        return GroupedWeight.of(layer.rows(), columns, grid, codes, null, groupSize, scales, null, weights.scaleType().dtype());
    }
}
