package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;

/**
 * HQQ: finds each group's zero point, a number between codes, so that few large errors remain rather than many middling ones.
 *
 * <p>Badri, Shaji: Half-Quadratic Quantization of Large Machine Learning Models (2023), and its code.
 */
final class HalfQuadratic implements QuantizationMethod<HalfQuadratic.Options> {
    record Options(
            @Option(
                            help = "1: groups are neighbouring inputs of one output; 0: weights at the same distance in the flattened"
                                    + " matrix, mostly of one input; slower to compute with.",
                            defaultValue = "1",
                            minimum = 0,
                            maximum = 1)
                    int axis,
            @Option(
                            help = "Norm of the error that is made small; below 1 it cares for most weights and not for outliers.",
                            defaultValue = "0.7",
                            minimum = 0.1,
                            maximum = 0.99)
                    double norm,
            @Option(
                            help = "How closely the error must follow what the norm makes of it.",
                            defaultValue = "10",
                            minimum = 0.001,
                            maximum = 1000000)
                    double beta,
            @Option(
                            help = "Most rounds of the solver; 0 leaves the zero points that follow from the ranges.",
                            defaultValue = "20",
                            minimum = 0,
                            maximum = 10000)
                    int iterations) {}

    @Override
    public String name() {
        return "hqq";
    }

    @Override
    public String title() {
        return "HQQ";
    }

    @Override
    public String summary() {
        return "Rounds to a uniform grid whose zero points are optimized for the weights that are no outliers; looks at no data.";
    }

    @Override
    public String source() {
        return "Badri and Shaji 2023, https://mobiusml.github.io/hqq_blog, https://github.com/mobiusml/hqq";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public String usualFormat() {
        return "hqq";
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return WeightSettings.Type.INT.schema().withDefault("group-size", "64").fixed("symmetric", "false");
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> quantize(layer, weights, options));
    }

    private static GroupedWeight quantize(LayerGroup.Layer layer, WeightSettings weights, Options options) {
        int rows = layer.rows();
        int columns = layer.columns();
        DType type = weights.scaleType().dtype();
        boolean strided = options.axis() == 0;
        int groupSize = strided && weights.groupSize() == WeightSettings.CHANNEL ? rows : weights.groupSizeFor(columns);
        int groups = layer.weights().length / groupSize;
        // The solver works on one group after another; strided groups are brought together for it and their codes taken apart.
        float[] grouped = strided ? transposed(layer.weights(), groupSize, groups) : layer.weights();
        var solver = new HalfQuadraticSolver(grouped, groupSize, weights.bits(), options);
        solver.solve();
        float[] scales = solver.scales();
        float[] zeros = solver.zeros();
        for (int i = 0; i < groups; i++) {
            scales[i] = GroupGrid.stored(scales[i], type);
            zeros[i] = GroupGrid.rounded(zeros[i], type);
        }
        byte[] codes = solver.codes(scales, zeros);
        return new GroupedWeight(
                rows,
                columns,
                new AffineGrid(weights.bits(), false),
                strided ? transposed(codes, groups, groupSize) : codes,
                strided ? new GroupLayout.Strided(groups) : new GroupLayout.AlongColumns(groupSize),
                GroupNumbers.plain(scales, type),
                zeros,
                null);
    }

    private static float[] transposed(float[] values, int rows, int columns) {
        var transposed = new float[values.length];
        Rows.parallel(columns, 16, (from, to) -> {
            for (int row = 0; row < rows; row++) {
                for (int column = from; column < to; column++) {
                    transposed[column * rows + row] = values[row * columns + column];
                }
            }
        });
        return transposed;
    }

    private static byte[] transposed(byte[] values, int rows, int columns) {
        var transposed = new byte[values.length];
        Rows.parallel(columns, 16, (from, to) -> {
            for (int row = 0; row < rows; row++) {
                for (int column = from; column < to; column++) {
                    transposed[column * rows + row] = values[row * columns + column];
                }
            }
        });
        return transposed;
    }
}
