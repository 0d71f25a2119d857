package org.bitrank.engine.quantize;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.recipe.ActivationSettings;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeProblem;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/**
 * Q-VLM: weights in NF4, activations in few bits over static ranges, which are searched jointly over the layers of a block
 * where the entropy of the activations says that their errors hang together.
 *
 * <p>Wang et al.: Q-VLM, NeurIPS 2024 (arXiv 2410.08119), and its code, as far as its search is told.
 */
final class QVlm implements QuantizationMethod<QVlm.Options> {
    record Options(
            @Option(help = "Store the maxima of the weights' blocks in 8 bits, 256 of them under one float32 scale.", defaultValue = "true")
                    boolean doubleQuantization,
            @Option(help = "Layers that are searched jointly at most; each one more takes seven times as many runs of a block.", defaultValue = "3", minimum = 1, maximum = 4)
                    int blockLayers,
            @Option(
                            help = "Smallest share of the range that is tried for inputs of the language model, from 1 down in steps of 0.1.",
                            defaultValue = "0.4",
                            minimum = 0.1,
                            maximum = 1)
                    double smallestFactor,
            @Option(
                            help = "Smallest share of the range that is tried for inputs of a vision tower, from 1 down in steps of 0.001.",
                            defaultValue = "0.998",
                            minimum = 0.99,
                            maximum = 1)
                    double towerSmallestFactor,
            @Option(
                            help = "How much of the mean entropy of the rounded inputs is added to the error in a vision tower.",
                            defaultValue = "0.01",
                            minimum = 0,
                            maximum = 1)
                    double entropyWeight,
            @Option(help = "Tokens of calibration data on which a block's outputs are compared, at least one sequence.", defaultValue = "256", minimum = 16, maximum = 8192)
                    int tokens) {
        /** From the whole range down. */
        List<Double> languageFactors() {
            return factors(smallestFactor, 10);
        }

        List<Double> towerFactors() {
            return factors(towerSmallestFactor, 1000);
        }

        private static List<Double> factors(double smallest, int steps) {
            int last = (int) Math.ceil(smallest * steps - 1e-9);
            return IntStream.rangeClosed(0, steps - last).mapToObj(i -> (double) (steps - i) / steps).toList();
        }
    }

    private static final BlockFloat NF4 = BlockFloat.nf4();
    private static final OptionsSchema<ActivationSettings> ACTIVATIONS = RecipeReader.ACTIVATIONS
            .withDefault("bits", "4")
            .withDefault("granularity", "channel")
            .withDefault("symmetric", "false")
            .fixed("type", "int");

    @Override
    public String name() {
        return "q-vlm";
    }

    @Override
    public String title() {
        return "Q-VLM";
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.ACTIVATIONS;
    }

    @Override
    public String summary() {
        return "Rounds weights to NF4 and activations over static ranges, which it searches jointly for layers that depend on each other.";
    }

    @Override
    public String source() {
        return "Wang et al. 2024, https://arxiv.org/abs/2410.08119, https://github.com/ChangyuanWang17/QVLM; the search of ranges without the training of the tower";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public String usualFormat() {
        return NF4.usualFormat();
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return NF4.weightsSchema();
    }

    @Override
    public OptionsSchema<ActivationSettings> activationsSchema() {
        return ACTIVATIONS;
    }

    @Override
    public WeightSettings fitted(WeightSettings weights, Collection<Integer> widths) {
        return NF4.fitted(weights, widths);
    }

    @Override
    public void check(WeightSettings weights, Options options, List<RecipeProblem> problems) {
        NF4.check(weights, ofWeights(options), problems);
    }

    @Override
    public void checkActivations(ActivationSettings activations, List<RecipeProblem> problems) {
        if (!activations.present()) {
            problems.add(new RecipeProblem("activations.bits", "none leaves q-vlm nothing to search; set bits (4 are its own), or take method nf4"));
        } else if (!activations.calibrated() || activations.type() != ActivationScheme.Type.INT) {
            problems.add(new RecipeProblem("activations.granularity", "q-vlm searches static ranges of integers; set type: int and"
                    + " granularity: channel or tensor, or leave q-vlm out"));
        }
    }

    @Override
    public boolean prepares() {
        return true;
    }

    /** Either kind of range, because the settings of activations are not the method's own. */
    @Override
    public Set<InputNeed> preparationNeeds(Options options) {
        return EnumSet.of(InputNeed.MAGNITUDES, InputNeed.RANGES, InputNeed.SAMPLES);
    }

    @Override
    public Preparation preparation(Options options, ActivationSettings activations) {
        return new RangeSearch(options, activations);
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup layers, WeightSettings weights, Options options, Backend backend) {
        return NF4.quantize(layers, weights, ofWeights(options), backend);
    }

    private static BlockFloat.Options ofWeights(Options options) {
        return new BlockFloat.Options(options.doubleQuantization());
    }
}
