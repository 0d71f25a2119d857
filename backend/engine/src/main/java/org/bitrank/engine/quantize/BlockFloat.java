package org.bitrank.engine.quantize;

import java.util.Collection;
import java.util.List;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.CodebookGrid;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;

/**
 * bitsandbytes' four-bit types: blocks of the flattened matrix, scaled to their largest magnitude, each weight to the nearest of
 * sixteen levels. The blocks' maxima may be quantized once more.
 *
 * <p>Dettmers, Pagnoni, Holtzman, Zettlemoyer: QLoRA, NeurIPS 2023 (arXiv 2305.14314), and bitsandbytes.
 */
final class BlockFloat implements QuantizationMethod<BlockFloat.Options> {
    record Options(
            @Option(
                            help = "Store the blocks' maxima in 8 bits, 256 of them under one float32 scale.",
                            defaultValue = "true")
                    boolean doubleQuantization) {}

    /** Smaller maxima count as this, so that their inverse is finite. */
    private static final float SMALLEST = 1e-38f;

    private static final List<Long> BLOCKS = List.of(32L, 64L, 128L, 256L, 512L, 1024L, 2048L, 4096L);

    private final String title;
    private final String summary;
    private final WeightSettings.Type type;
    private final CodebookGrid grid;
    private final LevelSearch search;

    private BlockFloat(String title, String summary, WeightSettings.Type type, CodebookGrid grid) {
        this.title = title;
        this.summary = summary;
        this.type = type;
        this.grid = grid;
        this.search = LevelSearch.nearest(grid.levels());
    }

    static BlockFloat nf4() {
        return new BlockFloat(
                "NF4",
                "Rounds every weight to one of sixteen quantiles of the normal distribution, block by block; looks at no data.",
                WeightSettings.Type.LEVELS,
                Codebooks.NF4);
    }

    static BlockFloat fp4() {
        return new BlockFloat(
                "FP4",
                "Rounds every weight to one of sixteen four-bit floating-point numbers, block by block; looks at no data.",
                WeightSettings.Type.FLOAT,
                Codebooks.FP4);
    }

    @Override
    public String name() {
        return grid.name();
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String source() {
        return "Dettmers et al. 2023, https://arxiv.org/abs/2305.14314, https://github.com/bitsandbytes-foundation/bitsandbytes";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public String usualFormat() {
        return "bitsandbytes";
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.FORMATS;
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return type.schema()
                .fixed("bits", "4")
                .among("group-size", BLOCKS, 64)
                .fixed("symmetric", "true")
                .fixed("scale-type", "float32");
    }

    /** Blocks go on over the ends of rows. */
    @Override
    public WeightSettings fitted(WeightSettings weights, Collection<Integer> widths) {
        return weights;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> quantize(layer, weights.groupSize(), options.doubleQuantization()));
    }

    private GroupedWeight quantize(LayerGroup.Layer layer, int blockSize, boolean doubleQuantization) {
        var layout = new GroupLayout.Flat(blockSize);
        float[] maxima = GroupRuns.largest(layer.weights(), layer.rows(), layer.columns(), layout);
        var codes = new byte[layer.weights().length];
        // Against the maxima as they are, before their own rounding: so does bitsandbytes, and its codes are wanted.
        GroupRuns.forEach(layer.rows(), layer.columns(), layout, (block, from, to) ->
                search.codes(layer.weights(), from, to, inverse(maxima[block]), codes));
        GroupNumbers scales = doubleQuantization
                ? DoubleQuantization.of(maxima, true)
                : GroupNumbers.plain(maxima, DType.FLOAT32);
        return new GroupedWeight(layer.rows(), layer.columns(), grid, codes, layout, scales, null, null);
    }

    static float inverse(float maximum) {
        return 1 / Math.max(maximum, SMALLEST);
    }
}
