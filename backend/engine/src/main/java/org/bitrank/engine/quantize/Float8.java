package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeProblem;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.Float8Format;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;

/**
 * Every weight to the nearest number of eight-bit floating point (E4M3), under scales that bring the largest weight to 448.
 *
 * <p>Micikevicius et al.: FP8 Formats for Deep Learning (arXiv 2209.05433); OCP OFP8 1.0.
 */
final class Float8 implements QuantizationMethod<Float8.Options> {
    record Options(
            @Option(
                            help = "What shares a scale: channel (a row), tensor (the matrix), group (weights.group-size columns"
                                    + " of a row) or block (128 rows by 128 columns).",
                            defaultValue = "channel")
                    Granularity granularity) {}

    enum Granularity {
        CHANNEL,
        TENSOR,
        GROUP,
        BLOCK
    }

    private static final int BLOCK = 128;

    @Override
    public String name() {
        return "fp8";
    }

    @Override
    public String title() {
        return "FP8";
    }

    @Override
    public String summary() {
        return "Rounds every weight to eight-bit floating point (E4M3) under a scale per row, matrix, group or block; looks at no data.";
    }

    @Override
    public String source() {
        return "Micikevicius et al. 2022, https://arxiv.org/abs/2209.05433; scales as in https://github.com/vllm-project/compressed-tensors";
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
        return WeightSettings.Type.FLOAT
                .schema()
                .fixed("bits", "8")
                .withDefault("group-size", "channel")
                .fixed("symmetric", "true")
                .withDefault("scale-type", "float32");
    }

    @Override
    public void check(WeightSettings weights, Options options, List<RecipeProblem> problems) {
        weights.checkGranularity(options.granularity() == Granularity.GROUP, problems);
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> quantize(layer, layout(layer, weights, options.granularity()), weights.scaleType().dtype()));
    }

    private static GroupLayout layout(LayerGroup.Layer layer, WeightSettings weights, Granularity granularity) {
        return switch (granularity) {
            case CHANNEL -> new GroupLayout.AlongColumns(layer.columns());
            case TENSOR -> new GroupLayout.Blocks(layer.rows(), layer.columns());
            case GROUP -> new GroupLayout.AlongColumns(weights.groupSizeFor(layer.columns()));
            case BLOCK -> new GroupLayout.Blocks(BLOCK, BLOCK);
        };
    }

    private static GroupedWeight quantize(LayerGroup.Layer layer, GroupLayout layout, DType scaleType) {
        float[] weights = layer.weights();
        float[] scales = GroupRuns.largest(weights, layer.rows(), layer.columns(), layout);
        for (int group = 0; group < scales.length; group++) {
            scales[group] = GroupGrid.stored(scales[group] / Float8Format.E4M3.largest(), scaleType);
        }
        var codes = new byte[weights.length];
        GroupRuns.forEach(layer.rows(), layer.columns(), layout, (group, from, to) -> {
            for (int i = from; i < to; i++) {
                codes[i] = Float8Format.E4M3.encode(weights[i] / scales[group]);
            }
        });
        return new GroupedWeight(
                layer.rows(), layer.columns(), Codebooks.E4M3, codes, layout, GroupNumbers.plain(scales, scaleType), null, null);
    }
}
