package org.bitrank.engine.quantize;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitrank.engine.model.ScaleSite;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;

/**
 * AWQ: makes the channels with large inputs larger in the weights and smaller in what comes before, by as much as loses least
 * when the weights are then rounded; cuts groups off where that helps; rounds.
 *
 * <p>Lin, Tang, Tang, Yang, Chen, Wang, Xiao, Dang, Gan, Han: AWQ, MLSys 2024 (arXiv 2306.00978), and its code.
 */
final class Awq implements QuantizationMethod<Awq.Options> {
    record Options(
            @Option(
                            help = "Divide by the channels' mean weights too, as AutoAWQ and llm-compressor do; otherwise look at the"
                                    + " inputs alone, as llm-awq does.",
                            defaultValue = "false")
                    boolean duoScaling,
            @Option(
                            help = "Ratios tried for the scales of each place: 0, 1/steps, 2/steps and so on.",
                            defaultValue = "20",
                            minimum = 1,
                            maximum = 1000)
                    int scaleSteps,
            @Option(
                            help = "Calibration tokens on which attention and feed-forward parts are compared, in sequences of about 512;"
                                    + " all tokens where the layer itself is compared.",
                            defaultValue = "2048",
                            minimum = 1,
                            maximum = 16777216)
                    int searchTokens,
            @Option(help = "Cut each group's largest weights off where that loses less; not in q and k.", defaultValue = "true")
                    boolean clip,
            @Option(
                            help = "Parts in which a group's range is divided for the limits that are tried.",
                            defaultValue = "20",
                            minimum = 2,
                            maximum = 1000)
                    int clipSteps,
            @Option(help = "Largest share of a group's range that is cut off.", defaultValue = "0.5", minimum = 0, maximum = 1)
                    double clipShrinkage) {}

    @Override
    public String name() {
        return "awq";
    }

    @Override
    public String title() {
        return "AWQ";
    }

    @Override
    public String summary() {
        return "Scales the channels with large inputs up before it rounds, and cuts groups off where that loses less.";
    }

    @Override
    public String source() {
        return "Lin et al. 2023, https://arxiv.org/abs/2306.00978, https://github.com/mit-han-lab/llm-awq";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return RecipeReader.WEIGHTS.withRange("bits", 2, 8, 4);
    }

    @Override
    public Set<InputNeed> needs(Options options) {
        return options.clip() ? Set.of(InputNeed.SAMPLES) : Set.of();
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public Set<InputNeed> preparationNeeds(Options options) {
        return Set.of(InputNeed.MAGNITUDES, InputNeed.HESSIAN);
    }

    @Override
    public void prepare(BlockPreparation block, WeightSettings weights, Options options, Backend backend) {
        for (ScaleSite site : block.sites()) {
            List<LayerGroup.Layer> layers = site.consumers().stream()
                    .filter(block::codes)
                    .map(linear -> new LayerGroup.Layer(linear, block.rows(linear), block.columns(linear), block.weight(linear)))
                    .toList();
            if (!layers.isEmpty()) {
                block.scale(site, factors(site, layers, block, weights, options, backend));
            }
        }
    }

    private static float[] factors(
            ScaleSite site,
            List<LayerGroup.Layer> layers,
            BlockPreparation block,
            WeightSettings weights,
            Options options,
            Backend backend) {
        LayerInputs inputs = block.inputs(site.consumers().getFirst());
        requireFinite(inputs.meanMagnitude(), site);
        float[] shares = options.duoScaling() ? AwqScales.meanShares(layers, weights) : null;
        var scales = new AwqScales(inputs.meanMagnitude(), shares);
        if (site.measure() == ScaleSite.Measure.LINEAR) {
            try (var loss = new HessianLoss(inputs.hessian(), site.channels(), backend)) {
                return AwqSearch.run(layers, scales, options.scaleSteps(), weights, candidates -> sum(loss, layers, candidates))
                        .factors();
            }
        }
        try (var probe = block.probe(site, options.searchTokens())) {
            return AwqSearch.run(layers, scales, options.scaleSteps(), weights, candidates -> probe.error(named(layers, candidates)))
                    .factors();
        }
    }

    private static void requireFinite(float[] magnitudes, ScaleSite site) {
        for (float magnitude : magnitudes) {
            if (!Float.isFinite(magnitude)) {
                throw BitRankException.numerical("the inputs of " + String.join(", ", site.consumers())
                        + " are not finite; calibrate with --compute float32 and check the model's weights");
            }
        }
    }

    private static double sum(HessianLoss loss, List<LayerGroup.Layer> layers, List<float[]> candidates) {
        double sum = 0;
        for (int i = 0; i < layers.size(); i++) {
            sum += loss.of(layers.get(i).weights(), candidates.get(i));
        }
        return sum;
    }

    private static Map<String, float[]> named(List<LayerGroup.Layer> layers, List<float[]> candidates) {
        var named = new HashMap<String, float[]>();
        for (int i = 0; i < layers.size(); i++) {
            named.put(layers.get(i).name(), candidates.get(i));
        }
        return named;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        float[] samples = group.inputs().samples();
        if (options.clip() && samples != null && samples.length > 0) {
            var clip = new AwqClip(weights, options.clipSteps(), options.clipShrinkage());
            group.layers().stream().filter(Awq::clipped).forEach(layer -> clip.apply(layer, clip.limits(layer, samples)));
        }
        return group.coded(layer -> RoundToNearest.quantize(layer, weights, false));
    }

    /** Not queries and keys, as the authors have it: what cutting them off does shows only in their product. */
    private static boolean clipped(LayerGroup.Layer layer) {
        String name = layer.name().substring(layer.name().lastIndexOf('.') + 1);
        return !name.startsWith("q_") && !name.startsWith("k_");
    }
}
