package org.bitrank.engine.quantize;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.FailureClass;
import org.bitrank.kernels.Shape;

/**
 * What methods with {@linkplain ErrorFeedback error feedback} want to know of a layer's inputs: which are dead, the order of the
 * columns, and the factor of the inverse.
 */
final class GptqHessian {
    /** In which order columns are quantized. */
    enum Order {
        NATURAL,
        /** Largest diagonal, before it is damped, first; equal ones in their natural order. */
        LARGEST_FIRST,
        /** From the last column to the first. */
        REVERSED
    }

    /** Damping that did not suffice is raised by this factor, up to the mean of the diagonal itself. */
    private static final double RAISE = 10;

    private static final double SMALLEST_RAISED = 0.01;
    private static final double LARGEST = 1;

    private final LayerGroup group;
    private final float[] values;
    private final int size;
    /** Inputs in which no token ever had anything. */
    private final boolean[] dead;
    private final int[] order;
    /** Of the last factor. */
    private double damping;

    /**
     * Says in the group's notes what was done about inputs that allow less than they should. Entries of dead inputs on the
     * Hessian's diagonal are set to 1.
     */
    GptqHessian(LayerGroup group, Order order) {
        this.group = group;
        this.values = group.inputs().hessian();
        this.size = group.columns();
        this.dead = new boolean[size];
        boolean unreached = IntStream.range(0, size).allMatch(i -> diagonal(i) == 0);
        if (unreached) {
            group.note("calibration", "no token reached it; rounded to nearest");
        }
        for (int i = 0; i < size; i++) {
            float diagonal = values[i * size + i];
            if (!Float.isFinite(diagonal)) {
                throw BitRankException.numerical("the inputs of " + group.names()
                        + " are not finite; calibrate with --compute float32 and check the model's weights");
            }
            if (diagonal == 0) {
                // In an expert that no token was sent to, no input is deader than the others.
                dead[i] = !unreached;
                values[i * size + i] = 1;
            }
        }
        this.order = columns(order);
    }

    private int[] columns(Order order) {
        return switch (order) {
            case NATURAL -> IntStream.range(0, size).toArray();
            case REVERSED -> IntStream.range(0, size).map(i -> size - 1 - i).toArray();
            case LARGEST_FIRST -> IntStream.range(0, size)
                    .boxed()
                    .sorted((left, right) -> Float.compare(diagonal(right), diagonal(left)))
                    .mapToInt(Integer::intValue)
                    .toArray();
        };
    }

    private float diagonal(int column) {
        return values[column * size + column];
    }

    /** Puts the columns of {@code [rows, size]} into {@link #order()} and zeroes the weights of dead inputs, in place. */
    void arrange(float[] weights, int rows) {
        Rows.parallel(rows, 1, (from, to) -> {
            var natural = new float[size];
            for (int row = from; row < to; row++) {
                System.arraycopy(weights, row * size, natural, 0, size);
                for (int i = 0; i < size; i++) {
                    weights[row * size + i] = dead[order[i]] ? 0 : natural[order[i]];
                }
            }
        });
    }

    /** The column quantized as number {@code i}. */
    int[] order() {
        return order;
    }

    /**
     * Upper Cholesky factor of the inverse of the damped Hessian, rows and columns in {@link #order()}. Where it is not
     * positive definite, damping is raised tenfold (from 0 to 0.01) as often as it takes, and noted; the failure is NUMERICAL
     * when 1 does not suffice.
     *
     * @param damping share of the diagonal's mean
     */
    float[][] factor(double damping, Backend backend) {
        double used = damping;
        while (true) {
            try {
                float[][] factor = tryFactor(used, backend);
                if (used > damping) {
                    group.note("damping", used);
                }
                this.damping = used;
                return factor;
            } catch (BitRankException failure) {
                if (failure.failureClass() != FailureClass.NUMERICAL) {
                    throw failure;
                }
                if (used >= LARGEST) {
                    throw notPositiveDefinite(used, failure);
                }
                used = raised(used);
            }
        }
    }

    private static double raised(double damping) {
        return Math.min(LARGEST, Math.max(SMALLEST_RAISED, RAISE * damping));
    }

    /**
     * The factor of the next higher damping, where the last one let corrections grow without bound; empty where that was the highest.
     */
    Optional<float[][]> dampedMore(Backend backend) {
        if (damping >= LARGEST) {
            return Optional.empty();
        }
        double next = raised(damping);
        group.note("damping", next);
        return Optional.of(factor(next, backend));
    }

    private float[][] tryFactor(double damping, Backend backend) {
        double mean = 0;
        for (int i = 0; i < size; i++) {
            mean += diagonal(i);
        }
        float added = (float) (damping * mean / size);
        long bytes = 4L * size * size;
        try (var arena = Arena.ofConfined()) {
            MemorySegment host = arena.allocate(bytes, 64);
            var row = new float[size];
            for (int i = 0; i < size; i++) {
                int from = order[i] * size;
                for (int j = 0; j < size; j++) {
                    row[j] = values[from + order[j]];
                }
                row[i] += added;
                MemorySegment.copy(row, 0, host, ValueLayout.JAVA_FLOAT, 4L * i * size, size);
            }
            try (var tensor = backend.upload(host, DType.FLOAT32, new Shape(size, size))) {
                backend.inverseCholesky(tensor);
                backend.download(tensor, host);
            }
            var factor = new float[size][size];
            for (int i = 0; i < size; i++) {
                MemorySegment.copy(host, ValueLayout.JAVA_FLOAT, 4L * i * size, factor[i], 0, size);
            }
            return factor;
        }
    }

    private BitRankException notPositiveDefinite(double damping, BitRankException cause) {
        return new BitRankException(
                FailureClass.NUMERICAL,
                "the Hessian of " + group.names() + " is not positive definite even with damping " + damping
                        + "; calibrate with more or other samples, or with --compute float32",
                cause);
    }
}
