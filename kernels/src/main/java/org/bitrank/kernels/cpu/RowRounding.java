package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.VectorMath.LANES;
import static org.bitrank.kernels.cpu.VectorMath.first;
import static org.bitrank.kernels.cpu.VectorMath.get;
import static org.bitrank.kernels.cpu.VectorMath.load;
import static org.bitrank.kernels.cpu.VectorMath.set;
import static org.bitrank.kernels.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.bitrank.kernels.RowGrid;
import org.bitrank.kernels.Tensor;

/** Rounds groups of a row to a grid. Integers in vector instructions; levels by bisection, one number after another. */
final class RowRounding {
    /** Adding it to a number below 2^22 rounds that to an integer, half to even. */
    private static final float ROUNDER = 12582912f;

    private final RowGrid grid;
    private final float[] bounds;
    private final float[] levels;
    private final long scales;
    private final long zeros;
    private final boolean scaleOfColumn;

    RowRounding(RowGrid grid, Tensor levels, Tensor scales, Tensor zeros) {
        this.grid = grid;
        this.bounds = levels == null ? null : row(levels, 0);
        this.levels = levels == null ? null : row(levels, 1);
        this.scales = scales == null ? 0 : HostTensor.address(scales);
        this.zeros = zeros == null ? 0 : HostTensor.address(zeros);
        this.scaleOfColumn = scales != null && scales.columns() > 1;
    }

    private static float[] row(Tensor table, int row) {
        var values = new float[(int) table.columns()];
        for (int i = 0; i < values.length; i++) {
            values[i] = get(HostTensor.address(table) + ((long) row * values.length + i) * 4);
        }
        return values;
    }

    /** @param column of the group's first number */
    void round(long x, long y, int column, int count) {
        if (scales == 0) {
            roundByRange(x, y, count);
        } else if (scaleOfColumn) {
            for (int i = 0; i < count; i++) {
                long given = (column + i) * 4L;
                roundAll(x + i * 4L, y + i * 4L, 1, get(scales + given), zeros == 0 ? 0 : get(zeros + given));
            }
        } else {
            roundAll(x, y, count, get(scales), zeros == 0 ? 0 : get(zeros));
        }
    }

    private void roundByRange(long x, long y, int count) {
        if (grid.symmetric()) {
            float largest = levels == null ? grid.highest() : levels[levels.length - 1];
            float scale = grid.clip() * largestMagnitude(x, count) / largest;
            roundAll(x, y, count, grid.global() == 0 ? scale : Numbers.roundE4m3(grid.global() * scale) / grid.global(), 0);
        } else {
            float low = 0;
            float high = 0;
            for (int i = 0; i < count; i++) {
                float value = get(x + i * 4L);
                if (Math.abs(value) < grid.outlier()) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
            }
            low = grid.clip() * low;
            float scale = (grid.clip() * high - low) / grid.highest();
            roundAll(x, y, count, scale, scale == 0 ? 0 : (float) Math.rint(-low / scale));
        }
    }

    private float largestMagnitude(long x, int count) {
        FloatVector largest = FloatVector.zero(VectorMath.FLOATS);
        for (int i = 0; i < count; i += LANES) {
            FloatVector magnitude = (i <= count - LANES ? load(x + i * 4L) : load(x + i * 4L, first(count - i))).abs();
            largest = largest.blend(magnitude, magnitude.compare(VectorOperators.GT, largest).and(magnitude.lt(grid.outlier())));
        }
        return VectorMath.largest(largest);
    }

    private void roundAll(long x, long y, int count, float scale, float zero) {
        if (scale == 0) {
            clear(x, y, count);
        } else if (levels != null) {
            roundToLevels(x, y, count, scale);
        } else {
            float low = grid.lowest() - zero;
            float high = grid.highest() - zero;
            for (int i = 0; i < count; i += LANES) {
                VectorMask<Float> mask = first(Math.min(LANES, count - i));
                FloatVector value = load(x + i * 4L, mask);
                FloatVector code = value.div(scale);
                code = code.blend(low, code.lt(low));
                code = code.blend(high, code.compare(VectorOperators.GT, high));
                FloatVector rounded = code.add(ROUNDER).sub(ROUNDER).mul(scale);
                store(rounded.blend(value, value.abs().compare(VectorOperators.GE, grid.outlier())), y + i * 4L, mask);
            }
        }
    }

    private void clear(long x, long y, int count) {
        for (int i = 0; i < count; i++) {
            float value = get(x + i * 4L);
            set(y + i * 4L, Math.abs(value) >= grid.outlier() ? value : 0);
        }
    }

    private void roundToLevels(long x, long y, int count, float scale) {
        for (int i = 0; i < count; i++) {
            float value = get(x + i * 4L);
            if (Math.abs(value) < grid.outlier()) {
                value = Math.copySign(levels[level(Math.abs(value / scale))] * scale, value);
            }
            set(y + i * 4L, value);
        }
    }

    private int level(float magnitude) {
        int low = 0;
        int high = bounds.length;
        while (high - low > 1) {
            int middle = low + high >>> 1;
            if (magnitude >= bounds[middle]) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
