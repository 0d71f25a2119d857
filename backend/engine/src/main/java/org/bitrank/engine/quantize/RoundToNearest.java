package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/** Every weight to the nearest point of its group's grid; looks at no data. */
final class RoundToNearest implements QuantizationMethod<RoundToNearest.Options> {
    record Options(
            @Option(
                            help = "Try shrunk ranges (1.00 to 0.21) for every group and keep the one with the least error.",
                            defaultValue = "false")
                    boolean gridSearch) {}

    @Override
    public String name() {
        return "rtn";
    }

    @Override
    public String title() {
        return "Round to nearest";
    }

    @Override
    public String summary() {
        return "Rounds every weight to the nearest point of a uniform grid per row or group; looks at no data.";
    }

    @Override
    public String source() {
        return "Baseline of GPTQ, AWQ and the studies; grid as in https://github.com/IST-DASLab/gptq";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> quantize(layer, weights, options.gridSearch()));
    }

    /** Replaces weights by what they become when they are coded, in place. @param values {@code [rows, columns]} */
    static void round(float[] values, int rows, int columns, WeightSettings weights) {
        int size = weights.groupSizeFor(columns);
        Rows.parallel(rows, 1, (from, to) -> {
            var grid = new GroupGrid(weights, false);
            for (int start = from * columns; start < to * columns; start += size) {
                grid.fit(values, start, start + size);
                grid.round(values, start, start + size, values, start);
            }
        });
    }

    static GroupedWeight quantize(LayerGroup.Layer layer, WeightSettings weights, boolean search) {
        int columns = layer.columns();
        int groupSize = weights.groupSizeFor(columns);
        int groups = GroupedWeight.groups(columns, groupSize);
        float[] values = layer.weights();
        var codes = new byte[values.length];
        var scales = new float[layer.rows() * groups];
        var zeros = new float[scales.length];
        Rows.parallel(layer.rows(), 1, (from, to) -> {
            var grid = new GroupGrid(weights, search);
            for (int group = from * groups; group < to * groups; group++) {
                // Groups divide the row, so a row's groups follow each other in memory.
                int start = group * groupSize;
                grid.fit(values, start, start + groupSize);
                scales[group] = grid.scale();
                zeros[group] = grid.zero();
                for (int i = start; i < start + groupSize; i++) {
                    codes[i] = (byte) grid.code(values[i]);
                }
            }
        });
        return GroupedWeight.of(
                layer.rows(),
                columns,
                new AffineGrid(weights.bits(), weights.symmetric()),
                codes,
                null,
                groupSize,
                scales,
                weights.symmetric() ? null : zeros,
                weights.scaleType().dtype());
    }
}
