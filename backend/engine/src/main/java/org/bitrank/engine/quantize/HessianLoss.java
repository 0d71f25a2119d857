package org.bitrank.engine.quantize;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * What a linear layer's outputs lose by other weights, over all calibration tokens at once: {@code tr((W' - W) H (W' - W)^T)},
 * which is {@code sum over tokens of |(W' - W) x|^2} times the factor that the second moments {@code H} carry.
 */
final class HessianLoss implements AutoCloseable {
    private static final int TILE = 16;

    private final Backend backend;
    private final int columns;
    private final Tensor hessian;

    // Kept from one question to the next: a search asks dozens of times about matrices of one size.
    private float[] off = new float[0];
    private float[] scratch = off;

    /** @param hessian {@code [columns, columns]} */
    HessianLoss(float[] hessian, int columns, Backend backend) {
        this.backend = backend;
        this.columns = columns;
        this.hessian = backend.upload(hessian, new Shape(columns, columns));
    }

    /** Not for several threads at once. */
    double of(float[] weights, float[] changed) {
        int rows = weights.length / columns;
        if (off.length != weights.length) {
            off = new float[weights.length];
            scratch = new float[weights.length];
        }
        float[] transposed = scratch;
        Rows.parallel(rows, TILE, (from, to) -> {
            for (int i = from * columns; i < to * columns; i++) {
                off[i] = changed[i] - weights[i];
            }
            transpose(off, transposed, rows, from, to);
        });
        try (Tensor left = backend.upload(transposed, new Shape(columns, rows));
                Tensor product = backend.allocate(DType.FLOAT32, new Shape(rows, columns))) {
            backend.crossGram(left, hessian, 1, product);
            float[] values = scratch;
            backend.download(product, values);
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += (double) values[i] * off[i];
            }
            return sum;
        }
    }

    /** Rows {@code from .. to - 1} become columns, in tiles that stay in the cache. */
    private void transpose(float[] matrix, float[] transposed, int rows, int from, int to) {
        for (int first = 0; first < columns; first += TILE) {
            int last = Math.min(columns, first + TILE);
            for (int c = first; c < last; c++) {
                for (int row = from; row < to; row++) {
                    transposed[c * rows + row] = matrix[row * columns + c];
                }
            }
        }
    }

    @Override
    public void close() {
        hessian.close();
    }
}
