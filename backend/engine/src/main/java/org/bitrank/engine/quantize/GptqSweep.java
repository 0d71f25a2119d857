package org.bitrank.engine.quantize;

import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupedWeight;

/**
 * The walk over one layer's columns.
 *
 * <p>For column {@code j} in order: {@code q = round(w_j)}, {@code e = (w_j - q) / U_jj}, and {@code w_k -= e U_jk} for all
 * {@code k > j}: at once inside a block of columns, for the rest of the row when the block is finished. A group's grid is
 * found when its first column is reached, from the weights as the <em>finished</em> blocks left them.
 *
 * <p>Rows know nothing of each other, so they are spread over the cores; a few of them go together so that a row of
 * {@code U} is fetched once for all.
 */
final class GptqSweep {
    private static final int TILE = 8;

    private final LayerGroup.Layer layer;
    private final GptqHessian hessian;
    private final int[] order;
    private final float[][] factor;
    private final WeightSettings weights;
    private final Gptq.Options options;
    private final int columns;
    private final int groupSize;
    private final int groups;
    private final byte[] codes;
    private final float[] scales;
    private final float[] zeros;

    GptqSweep(
            LayerGroup.Layer layer,
            GptqHessian hessian,
            float[][] factor,
            WeightSettings weights,
            Gptq.Options options) {
        this.layer = layer;
        this.hessian = hessian;
        this.order = hessian.order();
        this.factor = factor;
        this.weights = weights;
        this.options = options;
        this.columns = layer.columns();
        this.groupSize = weights.groupSizeFor(columns);
        this.groups = GroupedWeight.groups(columns, groupSize);
        this.codes = new byte[layer.weights().length];
        this.scales = new float[layer.rows() * groups];
        this.zeros = new float[scales.length];
    }

    GroupedWeight run() {
        Rows.parallel(layer.rows(), TILE, (from, to) -> {
            var grid = new GroupGrid(weights, options.gridSearch());
            for (int first = from; first < to; first += TILE) {
                quantizeRows(first, Math.min(TILE, to - first), grid);
            }
        });
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

    private void quantizeRows(int first, int count, GroupGrid grid) {
        int block = Math.min(options.blockSize(), columns);
        var rows = new float[count][];
        for (int r = 0; r < count; r++) {
            rows[r] = liveRow(first + r);
            if (options.staticGroups()) {
                findStaticGroups(first + r, rows[r], grid);
            }
            rows[r] = inOrder(rows[r]);
        }
        var current = new float[columns];
        var errors = new float[count][block];
        for (int start = 0; start < columns; start += block) {
            int end = Math.min(columns, start + block);
            for (int r = 0; r < count; r++) {
                System.arraycopy(rows[r], start, current, start, end - start);
                quantizeBlock(first + r, rows[r], current, start, end, errors[r], grid);
            }
            passOn(rows, errors, start, end);
        }
    }

    /** The row in natural order, without the weights of inputs that are always zero. */
    private float[] liveRow(int row) {
        var values = new float[columns];
        for (int column = 0; column < columns; column++) {
            values[column] = hessian.dead(column) ? 0 : layer.weights()[row * columns + column];
        }
        return values;
    }

    private float[] inOrder(float[] natural) {
        var values = new float[columns];
        for (int i = 0; i < columns; i++) {
            values[i] = natural[order[i]];
        }
        return values;
    }

    private void findStaticGroups(int row, float[] natural, GroupGrid grid) {
        for (int group = 0; group < groups; group++) {
            grid.fit(natural, group * groupSize, (group + 1) * groupSize);
            store(row, group, grid);
        }
    }

    private void store(int row, int group, GroupGrid grid) {
        scales[row * groups + group] = grid.scale();
        zeros[row * groups + group] = grid.zero();
    }

    private void use(int row, int group, GroupGrid grid) {
        grid.use(scales[row * groups + group], zeros[row * groups + group]);
    }

    /**
     * @param finished the row as the finished blocks left it
     * @param current the same, with the errors of this block's columns passed on
     */
    private void quantizeBlock(
            int row, float[] finished, float[] current, int start, int end, float[] errors, GroupGrid grid) {
        if (start % groupSize != 0) {
            // The block begins inside a group; meanwhile the grid has served other rows.
            use(row, start / groupSize, grid);
        }
        for (int i = start; i < end; i++) {
            chooseGrid(row, finished, i, grid);
            float[] upper = factor[i];
            float weight = current[i];
            int code = grid.code(weight);
            codes[row * columns + order[i]] = (byte) code;
            float error = (weight - grid.decode(code)) / upper[i];
            errors[i - start] = error;
            for (int k = i + 1; k < end; k++) {
                current[k] -= error * upper[k];
            }
        }
    }

    private void chooseGrid(int row, float[] finished, int i, GroupGrid grid) {
        if (options.staticGroups()) {
            use(row, order[i] / groupSize, grid);
        } else if (i % groupSize == 0) {
            grid.fit(finished, i, i + groupSize);
            store(row, i / groupSize, grid);
        }
    }

    /** {@code rows -= errors * U} for the columns after the block. */
    private void passOn(float[][] rows, float[][] errors, int start, int end) {
        int i = start;
        for (; i + 3 < end; i += 4) {
            for (int r = 0; r < rows.length; r++) {
                float[] e = errors[r];
                int at = i - start;
                subtractFour(
                        rows[r], end, columns,
                        e[at], factor[i], e[at + 1], factor[i + 1], e[at + 2], factor[i + 2], e[at + 3], factor[i + 3]);
            }
        }
        for (; i < end; i++) {
            for (int r = 0; r < rows.length; r++) {
                subtract(rows[r], end, columns, errors[r][i - start], factor[i]);
            }
        }
    }

    // The compiler turns these two into vector code: all arrays are read at one index.

    private static void subtractFour(
            float[] row, int from, int to, float e0, float[] u0, float e1, float[] u1, float e2, float[] u2, float e3, float[] u3) {
        for (int k = from; k < to; k++) {
            row[k] -= (e0 * u0[k] + e1 * u1[k]) + (e2 * u2[k] + e3 * u3[k]);
        }
    }

    private static void subtract(float[] row, int from, int to, float error, float[] upper) {
        for (int k = from; k < to; k++) {
            row[k] -= error * upper[k];
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
