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
 * QuIP: turns weights and Hessian by random rotations so that no weight and no direction stands out, rounds with feedback
 * (LDLQ), and turns back.
 *
 * <p>Chee, Cai, Kuleshov, De Sa: QuIP, NeurIPS 2023 (arXiv 2307.13304), and its code.
 */
final class Quip implements QuantizationMethod<Quip.Options> {
    record Options(
            @Option(help = "Rescale the inputs first, so that weights and Hessian are of like size in each.", defaultValue = "true")
                    boolean rescale,
            @Option(help = "Turn inputs and outputs by random rotations.", defaultValue = "true") boolean rotate,
            @Option(help = "Seed of the random rotations.", defaultValue = "0", minimum = 0, maximum = 4294967295.0) long seed,
            @Option(
                            help = "Half the grid's length, in root mean squares of the turned weights.",
                            defaultValue = "2.4",
                            minimum = 0.1,
                            maximum = 100)
                    double range,
            @Option(help = "Round the columns with the largest inputs first (LDLQ-RG) instead of from the last to the first.", defaultValue = "false")
                    boolean sort,
            @Option(
                            help = "Passes over the codes afterwards, each code moved to where the error is least given the others.",
                            defaultValue = "0",
                            minimum = 0,
                            maximum = 100)
                    int greedyPasses,
            @Option(
                            help = "Added to the Hessian's diagonal, as a share of its mean; ten times as much, up to 1, where the"
                                    + " Hessian is not positive definite.",
                            defaultValue = "0.01",
                            minimum = 0,
                            maximum = 1)
                    double damping) {}

    @Override
    public String name() {
        return "quip";
    }

    @Override
    public String title() {
        return "QuIP";
    }

    @Override
    public String summary() {
        return "Rotates weights and inputs at random so that none stands out, then rounds with feedback on one grid for the matrix.";
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.VERY_LOW_BITS;
    }

    @Override
    public String source() {
        return "Chee et al. 2023, https://arxiv.org/abs/2307.13304, https://github.com/Cornell-RelaxML/QuIP";
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
        return RecipeReader.WEIGHTS.withRange("bits", 2, 8, 2).fixed("group-size", "channel").fixed("symmetric", "false");
    }

    @Override
    public String usualFormat() {
        return StorageFormats.OWN;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> new QuipLayer(layer, group, weights, options).quantize(backend));
    }
}
