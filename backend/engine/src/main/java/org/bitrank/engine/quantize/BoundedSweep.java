package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/**
 * GPTAQ's walk, held within bounds. What it adds to a column is a multiple of columns that got something added themselves: the
 * weights before they are rounded are {@code w (I - P)^-1}, which grows from column to column where {@code P} is large. It is
 * where the inputs have fewer directions than columns, because then few columns must explain a deviation of many. As {@code P}
 * holds {@code H^-1}, it shrinks with damping, which is therefore raised for the group until no layer grows out of bounds.
 */
final class BoundedSweep {
    /** Weights that are so many times as large (in their root mean square) as the model's correct nothing any more. */
    private static final double MOST_GROWTH = 4;

    private final LayerGroup group;
    private final GptqHessian hessian;
    private final WeightSettings weights;
    private final Gptq.Options options;
    private final Backend backend;

    BoundedSweep(LayerGroup group, GptqHessian hessian, WeightSettings weights, Gptq.Options options, Backend backend) {
        this.group = group;
        this.hessian = hessian;
        this.weights = weights;
        this.options = options;
        this.backend = backend;
    }

    List<QuantizedWeight> run(float[][] first) {
        Optional<float[][]> factor = Optional.of(first);
        while (factor.isPresent()) {
            Optional<List<QuantizedWeight>> coded = sweep(factor.get());
            if (coded.isPresent()) {
                return coded.get();
            }
            factor = hessian.dampedMore(backend);
        }
        throw BitRankException.numerical(("the corrections of %s grow without bound even with damping 1: the calibration data are too few, fewer"
                + " independent tokens than the %d inputs; calibrate with more samples (calibration.samples, calibration.sequence-length),"
                + " or lower options.alpha").formatted(group.names(), group.columns()));
    }

    /** Empty where a layer grows out of bounds. */
    private Optional<List<QuantizedWeight>> sweep(float[][] factor) {
        float[][] prediction =
                DeviationPrediction.of(group.inputs().deviation(), factor, hessian.order(), (float) options.alpha(), backend);
        var coded = new ArrayList<QuantizedWeight>();
        for (LayerGroup.Layer layer : group.layers()) {
            // The walk overwrites them, and may have to be taken again.
            var copy = new LayerGroup.Layer(layer.name(), layer.rows(), layer.columns(), layer.weights().clone());
            BitRankException failure = null;
            try {
                coded.add(new GptqSweep(copy, hessian, factor, prediction, weights, options).run());
            } catch (BitRankException overflow) {
                if (overflow.failureClass() != FailureClass.NUMERICAL) {
                    throw overflow;
                }
                failure = overflow;
            }
            if (!(meanSquare(copy.weights()) <= MOST_GROWTH * MOST_GROWTH * meanSquare(layer.weights()))) {
                return Optional.empty();
            }
            if (failure != null) {
                throw new BitRankException(FailureClass.NUMERICAL, layer.name() + ": " + failure.getMessage(), failure);
            }
        }
        return Optional.of(coded);
    }

    private static double meanSquare(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum / values.length;
    }
}
