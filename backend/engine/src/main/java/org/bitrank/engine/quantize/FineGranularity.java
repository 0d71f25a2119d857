package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeProblem;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/**
 * Round to nearest with a group size chosen for each matrix: the coarsest whose error is not much above that of fine groups.
 *
 * <p>The idea is FineQuant's (Kim et al. 2023, arXiv 2308.09723); its rule is not published, so the rule is ours.
 */
final class FineGranularity implements QuantizationMethod<FineGranularity.Options> {
    record Options(
            @Option(
                            help = "Largest squared error allowed, as a multiple of that with the finest groups.",
                            defaultValue = "1.5",
                            minimum = 1,
                            maximum = 1000000)
                    double tolerance,
            @Option(
                            help = "Columns of the finest groups.",
                            defaultValue = "64",
                            minimum = 1,
                            maximum = 1048576)
                    int finest) {}

    @Override
    public String name() {
        return "finequant";
    }

    @Override
    public String title() {
        return "FineQuant";
    }

    @Override
    public String summary() {
        return "Rounds to nearest in the largest groups that each matrix bears; our rule after FineQuant's idea; looks at no data.";
    }

    @Override
    public String source() {
        return "Kim et al. 2023, https://arxiv.org/abs/2308.09723; the rule is our own";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public boolean uniformIntegers() {
        return false;
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return RecipeReader.WEIGHTS.withDefault("group-size", "channel");
    }

    @Override
    public void check(WeightSettings weights, Options options, List<RecipeProblem> problems) {
        if (weights.groupSize() != WeightSettings.CHANNEL && weights.groupSize() < options.finest()) {
            problems.add(new RecipeProblem("options.finest", options.finest() + " is more than weights.group-size, where the search begins"));
        }
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> quantize(layer, weights, options));
    }

    private static GroupedWeight quantize(LayerGroup.Layer layer, WeightSettings weights, Options options) {
        int columns = layer.columns();
        int coarsest = weights.groupSizeFor(columns);
        int finest = weights.withGroupSize(options.finest()).groupSizeFor(columns);
        GroupedWeight fine = RoundToNearest.quantize(layer, weights.withGroupSize(finest), false);
        double allowed = options.tolerance() * squaredError(layer, fine);
        for (int size = coarsest; size > finest; size--) {
            if (columns % size == 0) {
                GroupedWeight coarse = RoundToNearest.quantize(layer, weights.withGroupSize(size), false);
                if (squaredError(layer, coarse) <= allowed) {
                    return coarse;
                }
            }
        }
        return fine;
    }

    private static double squaredError(LayerGroup.Layer layer, GroupedWeight quantized) {
        float[] meant = quantized.toFloats();
        var ofRow = new double[layer.rows()];
        GroupRuns.forEach(layer.rows(), layer.columns(), new GroupLayout.AlongColumns(layer.columns()), (row, from, to) -> {
            double sum = 0;
            for (int i = from; i < to; i++) {
                double error = meant[i] - layer.weights()[i];
                sum += error * error;
            }
            ofRow[row] = sum;
        });
        double sum = 0;
        for (double error : ofRow) {
            sum += error;
        }
        return sum;
    }
}
