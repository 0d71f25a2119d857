package org.bitrank.engine.quantize;

import java.util.List;
import java.util.Set;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.OnlineSteps;
import org.bitrank.engine.model.ScaleSite;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/**
 * I-LLM: balances activations and weights everywhere in a block, and computes with integers between the products too.
 *
 * <p>Hu et al.: I-LLM (arXiv 2405.17849), which published no code. Its block reconstruction learns the balance; here it is
 * SmoothQuant's closed form at every place where channels can be scaled.
 */
final class ILlm implements IntegerProductMethod<ILlm.Options> {
    record Options(
            @Option(help = "How much of outlier channels goes from the activations into the weights.", defaultValue = "0.5", minimum = 0, maximum = 1)
                    double alpha,
            @Option(
                            help = "Run norms, softmax, SwiGLU and the rounding between products with integer operators; on the processor"
                                    + " alone, and slowly.",
                            defaultValue = "false")
                    boolean integerOnly,
            @Option(help = "Bits of what integer operators pass on.", defaultValue = "8", minimum = 4, maximum = 8) int operatorBits) {}

    @Override
    public String name() {
        return "i-llm";
    }

    @Override
    public String title() {
        return "I-LLM";
    }

    @Override
    public String summary() {
        return "Balances activations and weights at every place of a block; runs with integer-only operators on request.";
    }

    @Override
    public String source() {
        return "Hu et al. 2024, https://arxiv.org/abs/2405.17849; without its learnt balance, see the documentation";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Set<InputNeed> preparationNeeds(Options options) {
        return Set.of(InputNeed.MAGNITUDES);
    }

    @Override
    public void prepare(BlockPreparation block, WeightSettings weights, Options options, Backend backend) {
        for (ScaleSite site : block.sites()) {
            SmoothQuant.smooth(block, site, options.alpha());
        }
    }

    @Override
    public OnlineSteps online(OnlineSteps steps, ModelConfig config, Options options) {
        if (!options.integerOnly()) {
            return steps;
        }
        LlamaShape.require(config, "i-llm with integer-only runs");
        return steps.withIntegerOperators(options.operatorBits());
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> AbsmaxRounding.quantize(layer, weights));
    }
}
