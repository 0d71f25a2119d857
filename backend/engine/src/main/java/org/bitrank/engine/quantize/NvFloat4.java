package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.Float8Format;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/**
 * NVFP4: four-bit floats in groups of 16 under eight-bit floating-point scales, which one float32 per matrix brings into their
 * range.
 */
final class NvFloat4 implements QuantizationMethod<NvFloat4.Options> {
    record Options() {}

    static final int GROUP_SIZE = 16;

    @Override
    public String name() {
        return "nvfp4";
    }

    @Override
    public String title() {
        return "NVFP4";
    }

    @Override
    public String summary() {
        return "Rounds every weight to four-bit floating point (E2M1) under an FP8 scale per 16 weights; looks at no data.";
    }

    @Override
    public String source() {
        return "NVIDIA's NVFP4, scales as in https://github.com/vllm-project/compressed-tensors";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public boolean uniformIntegers() {
        return false;
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.FORMATS;
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return Float4.weights(GROUP_SIZE);
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        float global = global(group);
        return group.coded(layer -> quantize(layer, global));
    }

    /** One for all layers that read the same input: servers fuse q, k and v, gate and up, and then have room for one only. */
    private static float global(LayerGroup group) {
        float largest = 0;
        for (LayerGroup.Layer layer : group.layers()) {
            for (float ofRow : GroupRuns.largest(
                    layer.weights(), layer.rows(), layer.columns(), new GroupLayout.AlongColumns(layer.columns()))) {
                largest = Math.max(largest, ofRow);
            }
        }
        float global = Float8Format.E4M3.largest() * Float4.LARGEST / largest;
        return Float.isFinite(global) ? global : 1;
    }

    private static GroupedWeight quantize(LayerGroup.Layer layer, float global) {
        float[] weights = layer.weights();
        var layout = new GroupLayout.AlongColumns(GROUP_SIZE);
        var scales = new byte[layout.count(layer.rows(), layer.columns())];
        var codes = new byte[weights.length];
        GroupRuns.forEach(layer.rows(), layer.columns(), layout, (group, from, to) -> {
            byte scale = Float8Format.E4M3.encode(GroupRuns.largest(weights, from, to) / Float4.LARGEST * global);
            // A scale of zero would make a group of small weights vanish altogether; the smallest number keeps what it can.
            scales[group] = scale == 0 ? 1 : scale;
            Float4.codes(weights, from, to, Float8Format.E4M3.decode(scales[group]) / global, codes);
        });
        return new GroupedWeight(
                layer.rows(), layer.columns(), Codebooks.E2M1, codes, layout, new GroupNumbers.Float8(scales, global), null, null);
    }
}
