package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeProblem;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;

/**
 * The rule by which TriLM's layers are ternary, applied to a model that was not trained with it: a baseline, not TriLM.
 *
 * <p>Kaushal et al.: Spectra, ICLR 2025 (arXiv 2407.12327).
 */
final class TernaryRounding implements QuantizationMethod<TernaryRounding.Options> {
    record Options(
            @Option(
                            help = "What shares a scale: tensor (the matrix, as in TriLM), channel (a row) or group"
                                    + " (weights.group-size columns of a row).",
                            defaultValue = "tensor")
                    Granularity granularity) {}

    enum Granularity {
        TENSOR,
        CHANNEL,
        GROUP
    }

    /** Added to the mean, as TriLM does. */
    private static final double SMALLEST = 1e-5;

    @Override
    public String name() {
        return "ternary";
    }

    @Override
    public String title() {
        return "Ternary";
    }

    @Override
    public String summary() {
        return "Makes every weight -1, 0 or 1 times the mean magnitude, TriLM's rule without its training; looks at no data.";
    }

    @Override
    public String source() {
        return "Kaushal et al. 2024 (Spectra), https://arxiv.org/abs/2407.12327";
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
    public List<String> formats() {
        return List.of(StorageFormats.OWN, "bitnet", "ternary", "ternary-2bit");
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.VERY_LOW_BITS;
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return WeightSettings.Type.LEVELS
                .schema()
                .fixed("bits", "2")
                .withDefault("group-size", "channel")
                .fixed("symmetric", "true");
    }

    @Override
    public void check(WeightSettings weights, Options options, List<RecipeProblem> problems) {
        weights.checkGranularity(options.granularity() == Granularity.GROUP, problems);
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> quantize(layer, weights, options.granularity()));
    }

    private static GroupedWeight quantize(LayerGroup.Layer layer, WeightSettings weights, Granularity granularity) {
        int rows = layer.rows();
        int columns = layer.columns();
        DType scaleType = weights.scaleType().dtype();
        var pieces = new GroupLayout.AlongColumns(granularity == Granularity.GROUP ? weights.groupSizeFor(columns) : columns);
        GroupLayout layout = granularity == Granularity.TENSOR ? new GroupLayout.Blocks(rows, columns) : pieces;
        double[] means = means(layer, pieces);
        if (granularity == Granularity.TENSOR) {
            means = new double[] {mean(means)};
        }
        var scales = new float[means.length];
        for (int group = 0; group < scales.length; group++) {
            scales[group] = GroupGrid.stored((float) (means[group] + SMALLEST), scaleType);
        }
        var codes = new byte[layer.weights().length];
        GroupRuns.forEach(rows, columns, layout, (group, from, to) -> {
            for (int i = from; i < to; i++) {
                float scaled = Math.clamp(layer.weights()[i] / scales[group], -1f, 1f);
                codes[i] = (byte) ((int) Math.rint(scaled) + 1);
            }
        });
        return new GroupedWeight(rows, columns, Codebooks.TERNARY, codes, layout, GroupNumbers.plain(scales, scaleType), null, null);
    }

    private static double[] means(LayerGroup.Layer layer, GroupLayout layout) {
        var means = new double[layout.count(layer.rows(), layer.columns())];
        GroupRuns.forEach(layer.rows(), layer.columns(), layout, (group, from, to) -> {
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += Math.abs(layer.weights()[i]);
            }
            means[group] = sum / (to - from);
        });
        return means;
    }

    /** Of rows of one length. */
    private static double mean(double[] means) {
        double sum = 0;
        for (double mean : means) {
            sum += mean;
        }
        return sum / means.length;
    }
}
