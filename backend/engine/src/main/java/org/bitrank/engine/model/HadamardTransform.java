package org.bitrank.engine.model;

import java.util.stream.IntStream;

/**
 * The orthonormal transform {@code H / sqrt(order)} of every run of {@code order * stride} neighbouring columns, over the
 * elements that are {@code stride} apart. {@code H} is the Kronecker product of a small base and Sylvester's matrix.
 */
public record HadamardTransform(int order, int stride) {
    public HadamardTransform {
        if (order < 1 || stride < 1 || HadamardBases.sizeFor(order) == 0) {
            throw new IllegalArgumentException("there is no Hadamard matrix of order " + order + " here");
        }
    }

    /**
     * The largest transform for rows of {@code columns}: the whole row where there is a Hadamard matrix of that order, else
     * equal blocks side by side, which is as exact.
     */
    public static HadamardTransform ofRow(int columns) {
        for (int order = columns; order > 1; order--) {
            if (columns % order == 0 && HadamardBases.sizeFor(order) > 0) {
                return new HadamardTransform(order, 1);
            }
        }
        return new HadamardTransform(1, 1);
    }

    /** Whether there is a Hadamard matrix of this order. */
    public static boolean exists(int order) {
        return HadamardBases.sizeFor(order) > 0;
    }

    int baseSize() {
        return HadamardBases.sizeFor(order);
    }

    /** The base, row-major. */
    float[] base() {
        return HadamardBases.matrix(baseSize());
    }

    /**
     * Transforms every row of a matrix, in float64, in place. A layer whose input is transformed so computes what it did
     * before with the rows of its weight transformed alike.
     */
    public void applyToRows(double[] matrix, int columns) {
        if (columns % (order * stride) != 0) {
            throw new IllegalArgumentException(columns + " columns are no multiple of " + order + " * " + stride);
        }
        float[] base = base();
        int size = order * stride;
        IntStream.range(0, matrix.length / size).parallel().forEach(run -> apply(matrix, run * size, base));
    }

    private void apply(double[] x, int from, float[] base) {
        int part = order / baseSize() * stride;
        int to = from + order * stride;
        for (int span = stride; span < part; span *= 2) {
            for (int start = from; start < to; start += 2 * span) {
                for (int i = start; i < start + span; i++) {
                    double left = x[i];
                    double right = x[i + span];
                    x[i] = left + right;
                    x[i + span] = left - right;
                }
            }
        }
        int k = baseSize();
        double factor = 1 / Math.sqrt(order);
        var column = new double[k];
        for (int i = from; i < from + part; i++) {
            for (int row = 0; row < k; row++) {
                column[row] = x[i + row * part];
            }
            for (int row = 0; row < k; row++) {
                double sum = 0;
                for (int j = 0; j < k; j++) {
                    sum += base[row * k + j] * column[j];
                }
                x[i + row * part] = sum * factor;
            }
        }
    }
}
