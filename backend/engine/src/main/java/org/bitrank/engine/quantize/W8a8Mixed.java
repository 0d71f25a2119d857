package org.bitrank.engine.quantize;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.Backend;

/**
 * Eight-bit weights and activations for models like LLaMA3-70B, where a few layers have input channels of very large weights
 * that spoil the scales of all rows: these layers are rounded in groups, or smoothed.
 *
 * <p>After Qin: The uniqueness of LLaMA3-70B with per-channel quantization (arXiv 2408.15301). How the layers are found is our
 * rule: the paper names them for one model.
 */
final class W8a8Mixed implements IntegerProductMethod<W8a8Mixed.Options> {
    /** What is done against large channels of weights. */
    enum Remedy {
        GROUPS,
        SMOOTHING
    }

    record Options(
            @Option(
                            help = "groups: the worst layers are rounded in groups of columns; smoothing: every norm's channels are balanced"
                                    + " with the weights behind it, and all layers are rounded per row.",
                            defaultValue = "groups")
                    Remedy remedy,
            @Option(help = "At most this share of the layers is rounded in groups.", defaultValue = "0.03", minimum = 0, maximum = 1) double share,
            @Option(help = "Columns of a group in those layers.", defaultValue = "128", minimum = 1, maximum = 1048576) int groupSize) {}

    @Override
    public String name() {
        return "w8a8-mixed";
    }

    @Override
    public String title() {
        return "Mixed W8A8";
    }

    @Override
    public String summary() {
        return "Eight bits per row and token, with groups for the few layers whose weights have outlier channels. Looks at no data.";
    }

    @Override
    public String source() {
        return "Qin 2024, https://arxiv.org/abs/2408.15301; the rule that finds the layers is ours";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    /** Which layers get groups, and so more scales, is seen by the weights alone. */
    @Override
    public boolean uniformIntegers() {
        return false;
    }

    @Override
    public Set<InputNeed> preparationNeeds(Options options) {
        return options.remedy() == Remedy.SMOOTHING ? Set.of(InputNeed.MAGNITUDES) : Set.of();
    }

    /** SmoothQuant's formula at one half takes large channels of weights down as it takes those of activations. */
    @Override
    public void prepare(BlockPreparation block, WeightSettings weights, Options options, Backend backend) {
        if (options.remedy() == Remedy.SMOOTHING) {
            SmoothQuant.smooth(block, 0.5);
        }
    }

    @Override
    public Map<String, WeightSettings> exceptions(WeightSource model, Collection<String> linears, WeightSettings weights, Options options) {
        if (options.remedy() != Remedy.GROUPS) {
            return Map.of();
        }
        var ratios = new HashMap<String, Float>();
        linears.forEach(linear -> ratios.put(linear, channelRatio(model.read(linear + ".weight"))));
        var grouped = new WeightSettings(weights.type(), weights.bits(), options.groupSize(), true, weights.scaleType());
        var exceptions = new HashMap<String, WeightSettings>();
        linears.stream()
                .sorted(Comparator.<String>comparingDouble(linear -> -ratios.get(linear)).thenComparing(Comparator.naturalOrder()))
                .limit((long) (options.share() * linears.size()))
                .forEach(linear -> exceptions.put(linear, grouped));
        return exceptions;
    }

    /** The largest input channel of a layer beside the middle one: {@code max_j m_j / median_j m_j}, {@code m_j = max_i |W_ij|}. */
    static float channelRatio(Weight weight) {
        float[] values = weight.toFloats();
        var largest = new float[weight.columns()];
        for (int i = 0; i < values.length; i++) {
            int column = i % largest.length;
            largest[column] = Math.max(largest[column], Math.abs(values[i]));
        }
        Arrays.sort(largest);
        float median = largest[largest.length / 2];
        return median == 0 ? 0 : largest[largest.length - 1] / median;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        if (weights.groupSize() != WeightSettings.CHANNEL) {
            group.note("group_size", weights.groupSize());
        }
        return group.coded(layer -> AbsmaxRounding.quantize(layer, weights));
    }
}
