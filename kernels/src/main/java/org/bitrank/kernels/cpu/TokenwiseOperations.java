package org.bitrank.kernels.cpu;

import java.lang.foreign.MemorySegment;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.RowGrid;
import org.bitrank.kernels.Tensor;

/** The operations of {@link org.bitrank.kernels.Backend} that do every row by itself, on arguments that were checked. */
final class TokenwiseOperations {
    private final Rows rows;

    TokenwiseOperations(Rows rows) {
        this.rows = rows;
    }

    void gatherRows(Tensor source, int[] sourceRows, Tensor target) {
        long bytes = source.columns() * source.dtype().bytes();
        long from = HostTensor.address(source);
        long to = HostTensor.address(target);
        rows.run(sourceRows.length, source.columns(), row ->
                MemorySegment.copy(Memory.ALL, from + sourceRows[row] * bytes, Memory.ALL, to + row * bytes, bytes));
    }

    void scatterRows(Tensor source, int[] targetRows, Tensor target) {
        long bytes = source.columns() * source.dtype().bytes();
        long from = HostTensor.address(source);
        long to = HostTensor.address(target);
        // In order, so that the last of equal target rows wins.
        for (int row = 0; row < targetRows.length; row++) {
            MemorySegment.copy(Memory.ALL, from + row * bytes, Memory.ALL, to + targetRows[row] * bytes, bytes);
        }
    }

    void embed(int[] ids, Tensor table, Tensor y) {
        long from = HostTensor.address(table);
        long to = HostTensor.address(y);
        long columns = table.columns();
        DType dtype = table.dtype();
        rows.run(ids.length, columns, row ->
                Packer.widen(from + ids[row] * columns * dtype.bytes(), dtype, columns, to + row * columns * 4));
    }

    void rmsNorm(Tensor x, Tensor gain, float epsilon, Tensor y) {
        long from = HostTensor.address(x);
        long to = HostTensor.address(y);
        long factors = HostTensor.address(gain);
        int width = (int) gain.columns();
        rows.run(x.shape().elements() / width, width, row -> {
            long at = row * 4L * width;
            Elementwise.rmsNorm(from + at, factors, epsilon, to + at, width);
        });
    }

    void layerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y) {
        long from = HostTensor.address(x);
        long to = HostTensor.address(y);
        long factors = HostTensor.address(gain);
        long shifts = bias == null ? 0 : HostTensor.address(bias);
        int width = (int) gain.columns();
        rows.run(x.shape().elements() / width, width, row -> {
            long at = row * 4L * width;
            LayerNorm.normalize(from + at, factors, shifts, epsilon, to + at, width);
        });
    }

    void rotate(Tensor x, int headSize, int[] positions, Tensor cos, Tensor sin) {
        long from = HostTensor.address(x);
        long cosines = HostTensor.address(cos);
        long sines = HostTensor.address(sin);
        int half = (int) cos.columns();
        int heads = (int) (x.columns() / headSize);
        rows.run(positions.length, x.columns(), row -> {
            long angle = (long) positions[row] * half * 4;
            for (int head = 0; head < heads; head++) {
                long at = from + ((long) row * heads + head) * headSize * 4;
                Elementwise.rotate(at, cosines + angle, sines + angle, half);
            }
        });
    }

    void swiglu(Tensor gate, Tensor up, Tensor y) {
        long a = HostTensor.address(gate);
        long b = HostTensor.address(up);
        long to = HostTensor.address(y);
        int columns = (int) gate.columns();
        rows.run(gate.rows(), columns, row -> {
            long at = row * 4L * columns;
            Elementwise.swiglu(a + at, b + at, to + at, columns);
        });
    }

    void activate(Activation activation, Tensor x, Tensor y) {
        long from = HostTensor.address(x);
        long to = HostTensor.address(y);
        int columns = (int) x.columns();
        rows.run(x.rows(), columns, row -> {
            long at = row * 4L * columns;
            switch (activation) {
                case SILU -> Activations.silu(from + at, to + at, columns);
                case RELU -> Activations.relu(from + at, to + at, columns);
                case GELU -> Activations.gelu(from + at, to + at, columns);
                case GELU_TANH -> Activations.geluTanh(from + at, to + at, columns);
                case QUICK_GELU -> Activations.quickGelu(from + at, to + at, columns);
            }
        });
    }

    void mixRows(Tensor source, int[] sources, float[] weights, Tensor y) {
        long from = HostTensor.address(source);
        long to = HostTensor.address(y);
        int columns = (int) y.columns();
        int many = y.rows() == 0 ? 0 : (int) (sources.length / y.rows());
        rows.run(y.rows(), (long) many * columns, row -> {
            long target = to + row * 4L * columns;
            Memory.ALL.asSlice(target, columns * 4L).fill((byte) 0);
            for (int j = row * many; j < (row + 1) * many; j++) {
                Elementwise.addScaled(from + sources[j] * 4L * columns, weights[j], target, columns);
            }
        });
    }

    void add(Tensor x, Tensor y) {
        long from = HostTensor.address(x);
        long to = HostTensor.address(y);
        int columns = (int) x.columns();
        rows.run(x.rows(), columns, row -> {
            long at = row * 4L * columns;
            Elementwise.add(from + at, to + at, columns);
        });
    }

    void fakeQuantize(Tensor x, RowGrid grid, Tensor levels, Tensor scales, Tensor zeros, Tensor y) {
        int columns = (int) x.columns();
        var rounding = new RowRounding(grid, levels, scales, zeros);
        long from = HostTensor.address(x);
        long to = HostTensor.address(y);
        int group = grid.groupIn(columns);
        rows.run(x.rows(), columns, row -> {
            for (int column = 0; column < columns; column += group) {
                long at = ((long) row * columns + column) * 4;
                rounding.round(from + at, to + at, column, Math.min(group, columns - column));
            }
        });
    }

    void hadamard(Tensor x, Tensor base, int order, int stride) {
        var transform = new Hadamard(base, order, stride);
        long at = HostTensor.address(x);
        int size = order * stride;
        rows.run(x.shape().elements() / size, size, run -> transform.apply(at + (long) run * size * 4));
    }
}
