package org.bitrank.engine.quantize;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeProblem;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;

/**
 * ICQ, the quantizer of IR-QLoRA: shifts (NF4) or stretches (integers) each block's grid so that its codes say most about the
 * weights, by their entropy.
 *
 * <p>Qin et al.: Accurate LoRA-Finetuning Quantization of LLMs via Information Retention, ICML 2024 (arXiv 2402.05445), and its code.
 */
final class InformationCalibration implements QuantizationMethod<InformationCalibration.Options> {
    record Options(
            @Option(
                            help = "nf4: levels of NF4 around a shift that is stored with every block; int: a uniform grid of"
                                    + " weights.bits, whose range is stretched.",
                            defaultValue = "nf4")
                    Quantizer quantizer,
            @Option(
                            help = "How far the search goes to either side: a share of the range, for nf4 in units of the normal"
                                    + " distribution's deviation.",
                            defaultValue = "0.1",
                            minimum = 0,
                            maximum = 0.9)
                    double searchRange,
            @Option(
                            help = "Steps of the search to either side; usual: 100 for nf4, 50 for int.",
                            defaultValue = "usual",
                            minimum = 1,
                            maximum = 10000,
                            words = "usual=0")
                    int steps,
            @Option(
                            help = "Store the blocks' maxima in 8 bits, 256 of them under one float32 scale (nf4).",
                            defaultValue = "true")
                    boolean doubleQuantization) {
        int stepsOrUsual() {
            int usual = quantizer == Quantizer.NF4 ? 100 : 50;
            return steps == 0 ? usual : steps;
        }
    }

    enum Quantizer {
        NF4,
        INT
    }

    @Override
    public String name() {
        return "icq";
    }

    @Override
    public String title() {
        return "ICQ";
    }

    @Override
    public String summary() {
        return "Shifts each block's NF4 levels, or stretches its integer grid, until the codes' entropy is largest; looks at no data.";
    }

    @Override
    public String source() {
        return "Qin et al. 2024 (IR-QLoRA), https://arxiv.org/abs/2402.05445, https://github.com/htqin/IR-QLoRA";
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
        return WeightSettings.Type.LEVELS.schema().withRange("bits", 2, 8, 4).withDefault("group-size", "64");
    }

    @Override
    public void check(WeightSettings weights, Options options, List<RecipeProblem> problems) {
        if (options.quantizer() == Quantizer.NF4 && weights.bits() != Codebooks.NF4.bits()) {
            problems.add(new RecipeProblem("weights.bits", "must be 4 where options.quantizer is nf4"));
        }
        if (options.quantizer() == Quantizer.NF4 && weights.groupSize() == WeightSettings.CHANNEL) {
            problems.add(new RecipeProblem("weights.group-size", "must be a number where options.quantizer is nf4; 64 is usual"));
        }
    }

    /** Blocks of NF4 go on over the ends of rows. */
    @Override
    public WeightSettings fitted(WeightSettings weights, Collection<Integer> widths) {
        return weights;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> options.quantizer() == Quantizer.NF4
                ? normalFloat(layer, weights.groupSize(), options)
                : integer(layer, weights, options));
    }

    private static GroupedWeight normalFloat(LayerGroup.Layer layer, int blockSize, Options options) {
        int rows = layer.rows();
        int columns = layer.columns();
        float[] weights = layer.weights();
        var layout = new GroupLayout.Flat(blockSize);
        var shifts = new float[layout.count(rows, columns)];
        var search = new ShiftSearch(options, blockSize);
        GroupRuns.forEach(rows, columns, layout, (block, from, to) -> shifts[block] = search.best(weights, from, to));
        // Coded against the shifts as they are stored, so that what they lose by it is not lost twice.
        GroupNumbers.DoubleQuantized stored = DoubleQuantization.of(shifts, false);
        float[] taken = stored.values();
        var maxima = new float[shifts.length];
        var codes = new byte[weights.length];
        var levels = LevelSearch.nearest(Codebooks.NF4.levels());
        GroupRuns.forEach(rows, columns, layout, (block, from, to) -> {
            for (int i = from; i < to; i++) {
                maxima[block] = Math.max(maxima[block], Math.abs(weights[i] - taken[block]));
            }
            float inverse = BlockFloat.inverse(maxima[block]);
            for (int i = from; i < to; i++) {
                codes[i] = levels.code((weights[i] - taken[block]) * inverse);
            }
        });
        GroupNumbers scales = options.doubleQuantization()
                ? DoubleQuantization.of(maxima, true)
                : GroupNumbers.plain(maxima, DType.FLOAT32);
        return new GroupedWeight(rows, columns, Codebooks.NF4, codes, layout, scales, null, stored);
    }

    private static GroupedWeight integer(LayerGroup.Layer layer, WeightSettings weights, Options options) {
        int rows = layer.rows();
        int columns = layer.columns();
        DType scaleType = weights.scaleType().dtype();
        var layout = new GroupLayout.AlongColumns(weights.groupSizeFor(columns));
        var entropy = new Entropy(layout.size());
        var scales = new float[layout.count(rows, columns)];
        var zeros = new float[scales.length];
        var codes = new byte[layer.weights().length];
        GroupRuns.forEach(rows, columns, layout, (group, from, to) -> {
            var grid = new GroupGrid(weights, false);
            stretch(grid, layer.weights(), from, to, new int[1 << weights.bits()], entropy, options);
            scales[group] = grid.scale();
            zeros[group] = grid.zero();
            for (int i = from; i < to; i++) {
                codes[i] = (byte) grid.code(layer.weights()[i]);
            }
        });
        return new GroupedWeight(
                rows,
                columns,
                new AffineGrid(weights.bits(), weights.symmetric()),
                codes,
                layout,
                GroupNumbers.plain(scales, scaleType),
                weights.symmetric() ? null : zeros,
                null);
    }

    /** The share of the range whose codes have the largest entropy: of equal ones 1, then a wider one, then a narrower one. */
    private static void stretch(
            GroupGrid grid, float[] weights, int from, int to, int[] counts, Entropy entropy, Options options) {
        grid.fit(weights, from, to);
        double largest = Double.NEGATIVE_INFINITY;
        float best = 1;
        int steps = options.stepsOrUsual();
        for (int candidate = 0; candidate <= 2 * steps; candidate++) {
            int step = candidate <= steps ? candidate : steps - candidate;
            float share = (float) (1 + options.searchRange() * step / steps);
            grid.takeShare(share);
            Arrays.fill(counts, 0);
            for (int i = from; i < to; i++) {
                counts[grid.code(weights[i])]++;
            }
            double found = entropy.of(counts);
            if (found > largest) {
                largest = found;
                best = share;
            }
        }
        grid.takeShare(best);
    }
}
