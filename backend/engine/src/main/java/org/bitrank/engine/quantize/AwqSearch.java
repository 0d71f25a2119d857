package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.kernels.BitRankException;

/** AWQ's search for the ratio that loses least. */
final class AwqSearch {
    /** What the outputs lose when the consumers' weights are these, in the order of the layers; they hold only during the call. */
    interface Loss {
        double of(List<float[]> candidates);
    }

    /**
     * @param ratio the best one, the smallest among equals
     * @param factors of every channel at that ratio
     * @param losses at every ratio tried
     */
    record Result(double ratio, float[] factors, List<Double> losses) {}

    private AwqSearch() {}

    /**
     * Tries the ratios {@code 0, 1/steps, 2/steps …}, all below 1. Fails with class NUMERICAL when no loss is a number.
     *
     * @param layers that read the channels and are going to be coded
     */
    static Result run(List<LayerGroup.Layer> layers, AwqScales scales, int steps, WeightSettings settings, Loss loss) {
        double least = Double.POSITIVE_INFINITY;
        double best = 0;
        var losses = new ArrayList<Double>();
        // One set of matrices for all ratios: new ones would outlive the young heap and fill the old one.
        List<float[]> candidates = layers.stream().map(layer -> new float[layer.weights().length]).toList();
        for (int step = 0; step < steps; step++) {
            double ratio = (double) step / steps;
            float[] factors = scales.at(ratio);
            for (int i = 0; i < candidates.size(); i++) {
                AwqScales.round(layers.get(i), factors, settings, candidates.get(i));
            }
            double lost = loss.of(candidates);
            losses.add(lost);
            if (lost < least) {
                least = lost;
                best = ratio;
            }
        }
        if (least == Double.POSITIVE_INFINITY) {
            throw BitRankException.numerical("no scale of the inputs of "
                    + layers.stream().map(LayerGroup.Layer::name).collect(Collectors.joining(", "))
                    + " gives outputs that are numbers; calibrate with --compute float32 and check the model's weights");
        }
        return new Result(best, scales.at(best), List.copyOf(losses));
    }
}
