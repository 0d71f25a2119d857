package org.bitrank.engine.weights;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bitrank.kernels.BitRankException;

/**
 * A random orthogonal matrix that is kept as a seed: {@code y = P' (A x B) P x}, where {@code P} and {@code P'} are random
 * permutations and {@code A x B} is the Kronecker product of two small random orthogonal matrices. A vector of {@code n} is
 * turned in {@code n (p + q)} steps, {@code p q = n}.
 *
 * <p>Everything follows from the seed by additions, multiplications, divisions and square roots in float64 in a stated order
 * (docs/formats.md), so that any reader finds the same numbers.
 */
public final class RandomRotation {
    /** Beyond this a factor costs more memory and time than the layer that it turns. */
    private static final int LARGEST_FACTOR = 8192;

    private static final int PIECES = 64;

    private final int size;
    private final long seed;
    private final int p;
    private final int q;
    /** {@code A}, {@code [p, p]}, and {@code B}, {@code [q, q]}; both also transposed, so that loops run along rows. */
    private final double[] outer;

    private final double[] outerTransposed;
    private final double[] inner;
    private final double[] innerTransposed;
    private final int[] before;
    private final int[] after;

    public RandomRotation(int size, long seed) {
        this.size = size;
        this.seed = seed;
        this.p = smallFactor(size);
        this.q = size / p;
        if (q > LARGEST_FACTOR) {
            throw BitRankException.unsupported("a width of %d has no factors below %d and cannot be rotated; put the layer into scope.exclude"
                    .formatted(size, LARGEST_FACTOR));
        }
        var random = new SplitMix(seed);
        this.outer = orthogonal(p, random);
        this.outerTransposed = transposed(outer, p);
        this.inner = orthogonal(q, random);
        this.innerTransposed = transposed(inner, q);
        this.before = permutation(size, random);
        this.after = permutation(size, random);
    }

    public int size() {
        return size;
    }

    public long seed() {
        return seed;
    }

    /** The largest divisor not above the square root. */
    static int smallFactor(int size) {
        int factor = (int) Math.sqrt(size);
        while (size % factor != 0) {
            factor--;
        }
        return factor;
    }

    /** Turns every row of {@code [rows, size]}, in place. */
    public void turnRows(float[] matrix) {
        eachRow(matrix, before, after, outer, innerTransposed);
    }

    /** Turns every row of {@code [rows, size]} back, in place. */
    public void turnRowsBack(float[] matrix) {
        eachRow(matrix, after, before, outerTransposed, inner);
    }

    private void eachRow(float[] matrix, int[] from, int[] to, double[] left, double[] right) {
        int rows = matrix.length / size;
        int pieces = Math.min(rows, PIECES);
        boolean back = from == after;
        IntStream.range(0, pieces).parallel().forEach(piece -> {
            var x = new double[size];
            var middle = new double[size];
            for (int row = (int) ((long) rows * piece / pieces); row < (int) ((long) rows * (piece + 1) / pieces); row++) {
                int at = row * size;
                for (int i = 0; i < size; i++) {
                    if (back) {
                        x[from[i]] = matrix[at + i];
                    } else {
                        x[i] = matrix[at + from[i]];
                    }
                }
                multiply(x, middle, left, right);
                for (int i = 0; i < size; i++) {
                    if (back) {
                        matrix[at + to[i]] = (float) x[i];
                    } else {
                        matrix[at + i] = (float) x[to[i]];
                    }
                }
            }
        });
    }

    /** {@code x = left x right} for {@code x} as {@code [p, q]}. */
    private void multiply(double[] x, double[] middle, double[] left, double[] right) {
        Arrays.fill(middle, 0);
        for (int i = 0; i < p; i++) {
            for (int k = 0; k < q; k++) {
                addRow(x[i * q + k], right, k * q, middle, i * q);
            }
        }
        Arrays.fill(x, 0);
        for (int i = 0; i < p; i++) {
            for (int k = 0; k < p; k++) {
                addRow(left[i * p + k], middle, k * q, x, i * q);
            }
        }
    }

    private void addRow(double factor, double[] source, int from, double[] target, int to) {
        for (int j = 0; j < q; j++) {
            target[to + j] += factor * source[from + j];
        }
    }

    /** Rows of nearly normal numbers, made orthonormal by Gram and Schmidt, twice so that rounding does not matter. */
    private static double[] orthogonal(int n, SplitMix random) {
        var rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                rows[i][j] = random.nearlyNormal();
            }
            for (int pass = 0; pass < 2; pass++) {
                for (int k = 0; k < i; k++) {
                    double along = dot(rows[i], rows[k]);
                    for (int j = 0; j < n; j++) {
                        rows[i][j] -= along * rows[k][j];
                    }
                }
            }
            double length = Math.sqrt(dot(rows[i], rows[i]));
            for (int j = 0; j < n; j++) {
                rows[i][j] /= length;
            }
        }
        var values = new double[n * n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(rows[i], 0, values, i * n, n);
        }
        return values;
    }

    private static double[] transposed(double[] matrix, int n) {
        var values = new double[n * n];
        for (int i = 0; i < values.length; i++) {
            values[i % n * n + i / n] = matrix[i];
        }
        return values;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static int[] permutation(int n, SplitMix random) {
        int[] order = IntStream.range(0, n).toArray();
        for (int i = n - 1; i > 0; i--) {
            int other = (int) (random.uniform() * (i + 1));
            int held = order[i];
            order[i] = order[other];
            order[other] = held;
        }
        return order;
    }

    /** SplitMix64 (Steele, Lea, Flood 2014): short enough to be written down in a format's description. */
    private static final class SplitMix {
        private static final int UNIFORMS = 12;

        private long state;

        SplitMix(long seed) {
            state = seed;
        }

        /** In [0, 1), with 53 bits. */
        double uniform() {
            state += 0x9E37_79B9_7F4A_7C15L;
            long z = state;
            z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
            z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
            return ((z ^ z >>> 31) >>> 11) * 0x1p-53;
        }

        /** The sum of twelve uniform numbers less six has mean 0 and variance 1, and needs no logarithm. */
        double nearlyNormal() {
            double sum = 0;
            for (int i = 0; i < UNIFORMS; i++) {
                sum += uniform();
            }
            return sum - UNIFORMS / 2.0;
        }
    }
}
