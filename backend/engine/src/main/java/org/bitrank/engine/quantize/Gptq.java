package org.bitrank.engine.quantize;

import java.util.List;
import java.util.Set;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/**
 * GPTQ: rounds column after column and lets the columns still to come make up for each error, as the inputs' second
 * moments say they can.
 *
 * <p>Frantar, Ashkboos, Hoefler, Alistarh: GPTQ, ICLR 2023 (arXiv 2210.17323), and its code. With asymmetric calibration: Li, Yin,
 * Lee, Xiao, Panda: GPTAQ, ICML 2025 (arXiv 2504.02692).
 */
final class Gptq implements QuantizationMethod<Gptq.Options> {
    record Options(
            @Option(help = "Quantize the columns with the largest inputs first.", defaultValue = "false") boolean actOrder,
            @Option(
                            help = "Find all groups' grids before the first column, so that with act-order groups stay"
                                    + " neighbouring columns.",
                            defaultValue = "false")
                    boolean staticGroups,
            @Option(
                            help = "Added to the Hessian's diagonal, as a share of its mean; ten times as much, up to 1, where the"
                                    + " Hessian is not positive definite.",
                            defaultValue = "0.01",
                            minimum = 0,
                            maximum = 1)
                    double damping,
            @Option(
                            help = "Quantize q/k/v, o, gate/up and down of a block in turn, each on inputs from the ones before.",
                            defaultValue = "false")
                    boolean trueSequential,
            @Option(
                            help = "Columns whose errors are passed on at once; the rest of the row learns of them afterwards.",
                            defaultValue = "128",
                            minimum = 1,
                            maximum = 16384)
                    int blockSize,
            @Option(
                            help = "Try shrunk ranges (1.00 to 0.21) for every group and keep the one with the least error.",
                            defaultValue = "false")
                    boolean gridSearch,
            @Option(
                            help = "GPTAQ: aim at the outputs of the unquantized model on its own inputs, which is run beside the"
                                    + " quantized one.",
                            defaultValue = "false")
                    boolean asymmetricCalibration,
            @Option(
                            help = "GPTAQ: the share of the inputs' deviation that is made up for.",
                            defaultValue = "0.25",
                            minimum = 0,
                            maximum = 1)
                    double alpha) {
        /** GPTQ as first published: aims at the layer's outputs on the inputs that it has. */
        Options(boolean actOrder, boolean staticGroups, double damping, boolean trueSequential, int blockSize, boolean gridSearch) {
            this(actOrder, staticGroups, damping, trueSequential, blockSize, gridSearch, false, 0.25);
        }

        boolean makesUpForDeviation() {
            return asymmetricCalibration && alpha > 0;
        }
    }

    @Override
    public String name() {
        return "gptq";
    }

    @Override
    public String title() {
        return "GPTQ";
    }

    @Override
    public String summary() {
        return "Rounds column by column and corrects the columns still to come, by the second moments of the layer's inputs.";
    }

    @Override
    public String source() {
        return "Frantar et al. 2023, https://arxiv.org/abs/2210.17323, https://github.com/IST-DASLab/gptq;"
                + " asymmetric calibration: Li et al. 2025, https://arxiv.org/abs/2504.02692, https://github.com/Intelligent-Computing-Lab-Panda/GPTAQ";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Set<InputNeed> needs(Options options) {
        return options.makesUpForDeviation() ? Set.of(InputNeed.HESSIAN, InputNeed.DEVIATION) : Set.of(InputNeed.HESSIAN);
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return RecipeReader.WEIGHTS.withRange("bits", 2, 8, 4);
    }

    @Override
    public boolean sequential(Options options) {
        return options.trueSequential();
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        var hessian = new GptqHessian(group, options.actOrder() ? GptqHessian.Order.LARGEST_FIRST : GptqHessian.Order.NATURAL);
        float[][] factor = hessian.factor(options.damping(), backend);
        return options.makesUpForDeviation()
                ? new BoundedSweep(group, hessian, weights, options, backend).run(factor)
                : group.coded(layer -> new GptqSweep(layer, hessian, factor, null, weights, options).run());
    }
}
