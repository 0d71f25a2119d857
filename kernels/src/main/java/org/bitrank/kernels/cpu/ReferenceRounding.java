package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.HostTensor.get;
import static org.bitrank.kernels.cpu.HostTensor.set;

import org.bitrank.kernels.RowGrid;
import org.bitrank.kernels.Tensor;

/**
 * Rounding to a grid, in float32 as all back ends compute it, so that they agree to the bit.
 *
 * @param levels as {@link org.bitrank.kernels.Backend#fakeQuantize} has them, null for integers
 * @param scales null to find them from the numbers
 * @param zeros null for none
 */
record ReferenceRounding(RowGrid grid, Tensor levels, Tensor scales, Tensor zeros) {
    /** {@code y = x} rounded, {@code [rows, columns]} both. */
    void round(Tensor x, Tensor y) {
        int columns = (int) x.columns();
        int group = grid.groupIn(columns);
        for (long row = 0; row < x.rows(); row++) {
            for (int from = 0; from < columns; from += group) {
                int to = Math.min(columns, from + group);
                float[] found = scales == null ? foundScale(x, row * columns + from, row * columns + to) : null;
                for (int column = from; column < to; column++) {
                    long given = scales == null || scales.columns() == 1 ? 0 : column;
                    float scale = found == null ? get(scales, given) : found[0];
                    float zero = found == null ? (zeros == null ? 0 : get(zeros, given)) : found[1];
                    long at = row * columns + column;
                    set(y, at, rounded(get(x, at), scale, zero));
                }
            }
        }
    }

    /** Scale and zero point of the numbers {@code from .. to - 1}. */
    private float[] foundScale(Tensor x, long from, long to) {
        float low = 0;
        float high = 0;
        for (long i = from; i < to; i++) {
            float value = get(x, i);
            if (Math.abs(value) < grid.outlier()) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }
        if (grid.symmetric()) {
            float largest = levels == null ? grid.highest() : get(levels, 2 * levels.columns() - 1);
            float scale = grid.clip() * Math.max(-low, high) / largest;
            return new float[] {grid.global() == 0 ? scale : Numbers.roundE4m3(grid.global() * scale) / grid.global(), 0};
        }
        low = grid.clip() * low;
        float scale = (grid.clip() * high - low) / grid.highest();
        return new float[] {scale, scale == 0 ? 0 : (float) Math.rint(-low / scale)};
    }

    private float rounded(float value, float scale, float zero) {
        if (Math.abs(value) >= grid.outlier()) {
            return value;
        }
        if (scale == 0) {
            return 0;
        }
        if (levels == null) {
            return (float) Math.rint(Math.max(grid.lowest() - zero, Math.min(grid.highest() - zero, value / scale))) * scale;
        }
        int level = (int) levels.columns() - 1;
        while (level > 0 && !(Math.abs(value / scale) >= get(levels, level))) {
            level--;
        }
        return Math.copySign(get(levels, levels.columns() + level) * scale, value);
    }
}
