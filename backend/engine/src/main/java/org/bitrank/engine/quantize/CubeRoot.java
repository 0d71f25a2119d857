package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;

/** Every weight to the nearest of uniform steps in its cube root: {@link CubeRootGrid}. */
final class CubeRoot implements QuantizationMethod<CubeRoot.Options> {
    record Options() {}

    @Override
    public String name() {
        return "cube-root";
    }

    @Override
    public String title() {
        return "Cube root";
    }

    @Override
    public String summary() {
        return "Rounds the cube root of every weight to a uniform grid, so that small weights get finer steps; looks at no data.";
    }

    @Override
    public String source() {
        return "Gong et al. 2024, https://arxiv.org/abs/2403.06408; our reading, as no code is published";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public String usualFormat() {
        return StorageFormats.OWN;
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return WeightSettings.Type.LEVELS.schema().withRange("bits", 2, 8, 4).fixed("symmetric", "true");
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        var grid = new CubeRootGrid(weights.bits());
        return group.coded(layer -> quantize(layer, weights, grid));
    }

    private static GroupedWeight quantize(LayerGroup.Layer layer, WeightSettings weights, CubeRootGrid grid) {
        var layout = new GroupLayout.AlongColumns(weights.groupSizeFor(layer.columns()));
        DType scaleType = weights.scaleType().dtype();
        var scales = new float[layout.count(layer.rows(), layer.columns())];
        var codes = new byte[layer.weights().length];
        GroupRuns.forEach(layer.rows(), layer.columns(), layout, (group, from, to) -> {
            scales[group] = GroupGrid.stored(GroupRuns.largest(layer.weights(), from, to), scaleType);
            grid.codes(layer.weights(), from, to, scales[group], codes);
        });
        return new GroupedWeight(
                layer.rows(), layer.columns(), grid.grid(), codes, layout, GroupNumbers.plain(scales, scaleType), null, null);
    }
}
