package org.bitrank.engine.quantize;

import java.util.List;
import java.util.Set;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/**
 * BiLLM: a few salient columns binarized twice, all other weights once, in two groups by how much they matter.
 *
 * <p>Huang et al.: BiLLM, ICML 2024 (arXiv 2402.04291), and its code.
 */
final class BiLlm implements QuantizationMethod<BiLlm.Options> {
    /** What the numbers of columns and the split of groups are tried on. */
    enum Search {
        /** The weights, as the paper has it. */
        WEIGHTS,
        /** The saliences themselves, as the authors' code has it. */
        SALIENCE
    }

    record Options(
            @Option(help = "What makes a weight salient: its magnitude, or what losing it would cost.", defaultValue = "hessian")
                    SalienceMetric metric,
            @Option(
                            help = "What salient columns and groups are chosen on: weights binarizes the weights, as the paper says;"
                                    + " salience the saliences themselves, as the authors' code does.",
                            defaultValue = "weights")
                    Search search,
            @Option(
                            help = "Fewer columns of a block than this are salient.",
                            defaultValue = "50",
                            minimum = 2,
                            maximum = 16384)
                    int salientLimit,
            @Option(
                            help = "Added to the Hessian's diagonal, as a share of its mean; ten times as much, up to 1, where the"
                                    + " Hessian is not positive definite.",
                            defaultValue = "0.01",
                            minimum = 0,
                            maximum = 1)
                    double damping) {}

    @Override
    public String name() {
        return "billm";
    }

    @Override
    public String title() {
        return "BiLLM";
    }

    @Override
    public String summary() {
        return "Makes weights binary in two groups, and a few salient columns twice, block by block with the errors passed on.";
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.VERY_LOW_BITS;
    }

    @Override
    public String source() {
        return "Huang et al. 2024, https://arxiv.org/abs/2402.04291, https://github.com/Aaronhuang-778/BiLLM";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Set<InputNeed> needs(Options options) {
        return Set.of(InputNeed.HESSIAN);
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return RecipeReader.WEIGHTS.fixed("bits", "1").fixed("symmetric", "false");
    }

    @Override
    public String usualFormat() {
        return StorageFormats.OWN;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return ErrorFeedback.walk(group, options.damping(), backend,
                (layer, hessian, factor) -> new BiLlmSweep(layer, hessian, factor, weights, options).run());
    }
}
