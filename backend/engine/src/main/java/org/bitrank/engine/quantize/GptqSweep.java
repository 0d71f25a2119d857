package org.bitrank.engine.quantize;

import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupedWeight;

/**
 * GPTQ's way to code: a uniform grid a group. A group's grid is found when its first column is reached, from the weights as
 * the <em>finished</em> blocks left them.
 */
final class GptqSweep implements ErrorFeedback.Coder {
    private final LayerGroup.Layer layer;
    private final int[] order;
    private final WeightSettings weights;
    private final Gptq.Options options;
    private final ErrorFeedback feedback;
    private final int columns;
    private final int groupSize;
    private final int groups;
    private final byte[] codes;
    private final float[] scales;
    private final float[] zeros;

    /** @param prediction {@link DeviationPrediction}, or null */
    GptqSweep(
            LayerGroup.Layer layer,
            GptqHessian hessian,
            float[][] factor,
            float[][] prediction,
            WeightSettings weights,
            Gptq.Options options) {
        this.layer = layer;
        this.order = hessian.order();
        this.weights = weights;
        this.options = options;
        this.feedback = new ErrorFeedback(layer, hessian, factor, prediction, options.blockSize(), true);
        this.columns = layer.columns();
        this.groupSize = weights.groupSizeFor(columns);
        this.groups = GroupedWeight.groups(columns, groupSize);
        this.codes = new byte[layer.weights().length];
        this.scales = new float[layer.rows() * groups];
        this.zeros = new float[scales.length];
    }

    GroupedWeight run() {
        if (options.staticGroups()) {
            findStaticGroups();
        }
        feedback.run(this);
        return GroupedWeight.of(
                layer.rows(),
                columns,
                new AffineGrid(weights.bits(), weights.symmetric()),
                codes,
                groupOfColumn(),
                groupSize,
                scales,
                weights.symmetric() ? null : zeros,
                weights.scaleType().dtype());
    }

    private void findStaticGroups() {
        Rows.parallel(layer.rows(), 1, (from, to) -> {
            var grid = new GroupGrid(weights, options.gridSearch());
            var natural = new float[columns];
            for (int row = from; row < to; row++) {
                for (int i = 0; i < columns; i++) {
                    natural[order[i]] = feedback.weights()[row * columns + i];
                }
                for (int group = 0; group < groups; group++) {
                    grid.fit(natural, group * groupSize, (group + 1) * groupSize);
                    store(row, group, grid);
                }
            }
        });
    }

    private void store(int row, int group, GroupGrid grid) {
        scales[row * groups + group] = grid.scale();
        zeros[row * groups + group] = grid.zero();
    }

    private void use(int row, int group, GroupGrid grid) {
        grid.use(scales[row * groups + group], zeros[row * groups + group]);
    }

    @Override
    public ErrorFeedback.RowCoder rows() {
        return new RowCoder();
    }

    private final class RowCoder implements ErrorFeedback.RowCoder {
        private final GroupGrid grid = new GroupGrid(weights, options.gridSearch());
        private int row;
        private float[] finished;

        @Override
        public void startRow(int row, float[] finished, int start) {
            this.row = row;
            this.finished = finished;
            if (!options.staticGroups() && start % groupSize != 0) {
                // The block begins inside a group; meanwhile the grid has served other rows.
                use(row, start / groupSize, grid);
            }
        }

        @Override
        public float code(int i, float weight) {
            if (options.staticGroups()) {
                use(row, order[i] / groupSize, grid);
            } else if (i % groupSize == 0) {
                grid.fit(finished, i, i + groupSize);
                store(row, i / groupSize, grid);
            }
            int code = grid.code(weight);
            codes[row * columns + order[i]] = (byte) code;
            return grid.decode(code);
        }
    }

    /** The group of every column where act-order has scattered them, else null. */
    private int[] groupOfColumn() {
        if (!options.actOrder() || options.staticGroups() || groups == 1) {
            return null;
        }
        var groupOfColumn = new int[columns];
        for (int i = 0; i < columns; i++) {
            groupOfColumn[order[i]] = i / groupSize;
        }
        return groupOfColumn;
    }
}
