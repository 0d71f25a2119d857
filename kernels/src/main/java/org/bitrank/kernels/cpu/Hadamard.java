package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.VectorMath.LANES;
import static org.bitrank.kernels.cpu.VectorMath.get;
import static org.bitrank.kernels.cpu.VectorMath.load;
import static org.bitrank.kernels.cpu.VectorMath.set;
import static org.bitrank.kernels.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import org.bitrank.kernels.Tensor;

/** The fast Hadamard transform of one run of columns: butterflies for the power of two, then the small base matrix. */
final class Hadamard {
    private final int order;
    private final int stride;
    private final int size;
    private final float[][] base;
    private final float factor;

    Hadamard(Tensor base, int order, int stride) {
        this.order = order;
        this.stride = stride;
        this.size = (int) base.rows();
        this.base = new float[size][size];
        for (int i = 0; i < size * size; i++) {
            this.base[i / size][i % size] = get(HostTensor.address(base) + i * 4L);
        }
        this.factor = (float) (1 / Math.sqrt(order));
    }

    void apply(long x) {
        int part = order / size * stride;
        for (int k = 0; k < size; k++) {
            for (int span = stride; span < part; span *= 2) {
                butterflies(x + (long) k * part * 4, part, span);
            }
        }
        var column = new float[size * LANES];
        int i = 0;
        for (; i <= part - LANES; i += LANES) {
            combine(x + i * 4L, part, column);
        }
        for (; i < part; i++) {
            combineOne(x + i * 4L, part, column);
        }
    }

    /** Sums and differences of neighbouring spans. */
    private static void butterflies(long x, int part, int span) {
        for (int start = 0; start < part; start += 2 * span) {
            long a = x + start * 4L;
            long b = a + span * 4L;
            int i = 0;
            for (; i <= span - LANES; i += LANES) {
                FloatVector left = load(a + i * 4L);
                FloatVector right = load(b + i * 4L);
                store(left.add(right), a + i * 4L);
                store(left.sub(right), b + i * 4L);
            }
            for (; i < span; i++) {
                float left = get(a + i * 4L);
                float right = get(b + i * 4L);
                set(a + i * 4L, left + right);
                set(b + i * 4L, left - right);
            }
        }
    }

    /** The base matrix over numbers that are {@code part} apart, a vector of neighbours at once, and the factor. */
    private void combine(long x, int part, float[] column) {
        for (int k = 0; k < size; k++) {
            load(x + (long) k * part * 4).intoArray(column, k * LANES);
        }
        for (int k = 0; k < size; k++) {
            FloatVector sum = FloatVector.zero(VectorMath.FLOATS);
            for (int j = 0; j < size; j++) {
                sum = sum.add(FloatVector.fromArray(VectorMath.FLOATS, column, j * LANES).mul(base[k][j]));
            }
            store(sum.mul(factor), x + (long) k * part * 4);
        }
    }

    private void combineOne(long x, int part, float[] column) {
        for (int k = 0; k < size; k++) {
            column[k] = get(x + (long) k * part * 4);
        }
        for (int k = 0; k < size; k++) {
            float sum = 0;
            for (int j = 0; j < size; j++) {
                sum += column[j] * base[k][j];
            }
            set(x + (long) k * part * 4, sum * factor);
        }
    }
}
