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
 * SliM-LLM: groups that matter more get a bit more, as many others one less, and each group's step is searched with salient
 * weights in mind; then GPTQ.
 *
 * <p>Huang et al.: SliM-LLM, ICML 2025 (arXiv 2405.14917), and its code.
 */
final class SlimLlm implements QuantizationMethod<SlimLlm.Options> {
    record Options(
            @Option(
                            help = "What an error in a salient weight counts, against 1 for any other, when a group's step is searched.",
                            defaultValue = "1",
                            minimum = 0,
                            maximum = 1000)
                    double salienceWeight,
            @Option(
                            help = "Added to the Hessian's diagonal, as a share of its mean; ten times as much, up to 1, where the"
                                    + " Hessian is not positive definite.",
                            defaultValue = "0.01",
                            minimum = 0,
                            maximum = 1)
                    double damping) {}

    @Override
    public String name() {
        return "slim-llm";
    }

    @Override
    public String title() {
        return "SliM-LLM";
    }

    @Override
    public String summary() {
        return "Gives salient groups of columns one bit more and as many others one bit less, then quantizes as GPTQ does.";
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.VERY_LOW_BITS;
    }

    @Override
    public String source() {
        return "Huang et al. 2024, https://arxiv.org/abs/2405.14917, https://github.com/Aaronhuang-778/SliM-LLM";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Set<InputNeed> needs(Options options) {
        return Set.of(InputNeed.HESSIAN, InputNeed.SAMPLES);
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return RecipeReader.WEIGHTS.withRange("bits", 2, 7, 2).fixed("symmetric", "false");
    }

    @Override
    public String usualFormat() {
        return StorageFormats.OWN;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return ErrorFeedback.walk(group, options.damping(), backend,
                (layer, hessian, factor) -> new SlimSweep(layer, hessian, factor, weights, options).run(group.inputs().samples()));
    }
}
