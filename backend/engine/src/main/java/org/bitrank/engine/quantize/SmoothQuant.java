package org.bitrank.engine.quantize;

import java.util.List;
import java.util.Set;
import org.bitrank.engine.model.ScaleSite;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;

/**
 * SmoothQuant: moves the difficulty of outlier channels from activations, where a token shares one scale, into the weights,
 * by dividing the norm in front and multiplying the columns behind.
 *
 * <p>Xiao et al.: SmoothQuant, ICML 2023 (arXiv 2211.10438), and its code.
 */
final class SmoothQuant implements IntegerProductMethod<SmoothQuant.Options> {
    record Options(
            @Option(
                            help = "How much of the outliers goes into the weights: 0 none, 1 all. The authors take 0.5, and 0.8 to 0.9 for"
                                    + " LLaMA and Mistral.",
                            defaultValue = "0.5",
                            minimum = 0,
                            maximum = 1)
                    double alpha) {}

    /** The bound below magnitudes of inputs, weights and scales. */
    private static final double SMALLEST = 1e-5;

    @Override
    public String name() {
        return "smoothquant";
    }

    @Override
    public String title() {
        return "SmoothQuant";
    }

    @Override
    public String summary() {
        return "Scales outlier channels of activations down and their weights up, then rounds weights per row and activations per token.";
    }

    @Override
    public String source() {
        return "Xiao et al. 2023, https://arxiv.org/abs/2211.10438, https://github.com/mit-han-lab/smoothquant";
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
        smooth(block, options.alpha());
    }

    /** Scales what every norm of the block feeds; o_proj and down_proj, which no norm feeds, stay as they are. */
    static void smooth(BlockPreparation block, double alpha) {
        for (ScaleSite site : block.sites()) {
            if (site.source() == ScaleSite.Source.NORM) {
                smooth(block, site, alpha);
            }
        }
    }

    /** Scales one place. */
    static void smooth(BlockPreparation block, ScaleSite site, double alpha) {
        float[] inputs = block.inputs(site.consumers().getFirst()).largestMagnitude();
        requireFinite(site, inputs);
        block.scale(site, scales(inputs, largestWeights(block, site), alpha));
    }

    private static void requireFinite(ScaleSite site, float[] inputs) {
        for (float magnitude : inputs) {
            if (!Float.isFinite(magnitude)) {
                throw BitRankException.numerical(("the inputs of %s reach infinity on the calibration data; calculate in float32 (--compute"
                        + " float32) or check the model's weights").formatted(site.consumers()));
            }
        }
    }

    /** {@code max|W_:j|} over all layers that read the channels. */
    private static float[] largestWeights(BlockPreparation block, ScaleSite site) {
        var largest = new float[site.channels()];
        for (String consumer : site.consumers()) {
            float[] weight = block.weight(consumer);
            for (int i = 0; i < weight.length; i++) {
                int column = i % largest.length;
                largest[column] = Math.max(largest[column], Math.abs(weight[i]));
            }
        }
        return largest;
    }

    /**
     * {@code s_j = max|X_j|^alpha / max|W_:j|^(1 - alpha)}, which weights are multiplied by and activations divided by.
     *
     * @param inputs {@code max|X_j|}
     * @param weights {@code max|W_:j|}
     */
    static float[] scales(float[] inputs, float[] weights, double alpha) {
        var scales = new float[inputs.length];
        for (int j = 0; j < scales.length; j++) {
            double input = Math.max(inputs[j], SMALLEST);
            double weight = Math.max(weights[j], SMALLEST);
            scales[j] = (float) Math.max(Math.pow(input, alpha) / Math.pow(weight, 1 - alpha), SMALLEST);
        }
        return scales;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> AbsmaxRounding.quantize(layer, weights));
    }
}
