package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.quantize.recipe.ActivationSettings;
import org.bitrank.engine.quantize.recipe.KeyValueSettings;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/**
 * QuaRot: rotates the residual stream, the values and the inputs of o_proj and down_proj by Hadamard matrices, which spread
 * outliers over all channels and change nothing else. Most of it is folded into the weights; what cannot be is done while the
 * model runs.
 *
 * <p>Ashkboos et al.: QuaRot, NeurIPS 2024 (arXiv 2404.00456), and its code.
 */
final class QuaRot implements QuantizationMethod<QuaRot.Options> {
    record Options(
            @Option(help = "Of the signs in front of the residual stream's Hadamard matrix.", defaultValue = "0", minimum = 0, maximum = 2147483647)
                    int seed,
            @Option(
                            help = "Transform queries and keys behind the rotary embedding as well; of use only where keys are quantized.",
                            defaultValue = "true")
                    boolean rotateKeys,
            @Option(
                            help = "Where QuaRot rounds the weights itself: try shrunk ranges (1.00 to 0.21) for every row and keep the one"
                                    + " with the least error.",
                            defaultValue = "true")
                    boolean gridSearch) {}

    @Override
    public String name() {
        return "quarot";
    }

    @Override
    public String title() {
        return "QuaRot";
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.ACTIVATIONS;
    }

    @Override
    public String summary() {
        return "Rotates away outliers by Hadamard matrices, then rounds weights, activations, keys and values to few bits.";
    }

    @Override
    public String source() {
        return "Ashkboos et al. 2024, https://arxiv.org/abs/2404.00456, https://github.com/spcl/QuaRot";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return RecipeReader.WEIGHTS
                .withRange("bits", 2, 8, 4)
                .withDefault("group-size", "channel")
                .withDefault("symmetric", "true");
    }

    @Override
    public OptionsSchema<ActivationSettings> activationsSchema() {
        return RecipeReader.ACTIVATIONS.withDefault("bits", "4").withDefault("clip-ratio", "0.9");
    }

    @Override
    public OptionsSchema<KeyValueSettings> keyValuesSchema() {
        return RecipeReader.KEY_VALUES.withDefault("bits", "4").withDefault("clip-ratio", "0.95");
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public ModelRewrite rewrite(ModelRewrite model, Options options) {
        return RotatedModel.of(model, options.seed(), options.rotateKeys());
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> RoundToNearest.quantize(layer, weights, options.gridSearch()));
    }
}
