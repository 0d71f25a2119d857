package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.quantize.recipe.ActivationSettings;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/**
 * LLM.int8(): eight-bit weights per row and eight-bit inputs per token, where inputs from a threshold on are left out of the
 * integers and multiplied in full.
 *
 * <p>Dettmers et al.: LLM.int8(), NeurIPS 2022 (arXiv 2208.07339), and bitsandbytes. There a column with one outlier in the
 * batch is kept in full for all of the batch's tokens; here every token keeps its own outliers, so that a result does not
 * depend on what else is in the batch.
 */
final class LlmInt8 implements QuantizationMethod<LlmInt8.Options> {
    /** The threshold is a setting of the activations, where all recipes have it. */
    record Options() {}

    @Override
    public String name() {
        return "llm-int8";
    }

    @Override
    public String title() {
        return "LLM.int8()";
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.ACTIVATIONS;
    }

    @Override
    public String summary() {
        return "Eight-bit weights per row and inputs per token; inputs of magnitude 6 and more are multiplied in full. Looks at no data.";
    }

    @Override
    public String source() {
        return "Dettmers et al. 2022, https://arxiv.org/abs/2208.07339, https://github.com/bitsandbytes-foundation/bitsandbytes";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return RecipeReader.WEIGHTS
                .withRange("bits", 8, 8, 8)
                .fixed("group-size", "channel")
                .fixed("symmetric", "true")
                .withDefault("scale-type", "float32");
    }

    /** The format of the authors' library, in which the file runs elsewhere as it does here. */
    @Override
    public String usualFormat() {
        return "bitsandbytes";
    }

    @Override
    public OptionsSchema<ActivationSettings> activationsSchema() {
        return RecipeReader.ACTIVATIONS.withDefault("bits", "8").withDefault("outlier-threshold", "6");
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> AbsmaxRounding.quantize(layer, weights));
    }
}
