package org.bitrank.kernels.cpu;

import org.bitrank.kernels.BitRankException;

/** Gram matrices, also of two views of the same tokens, and the inverse Cholesky factor of GPTQ, in blocks whose products oneDNN computes in float32. */
final class Symmetric implements AutoCloseable {
    private static final int GRAM_TILE = 256;
    private static final int BLOCK = 128;

    private final Workers workers;
    private final Scratch panel = new Scratch(1);
    private final Scratch inverses = new Scratch(1);

    Symmetric(Workers workers) {
        this.workers = workers;
    }

    // -- gram --------------------------------------------------------------------------------------------------------

    /** {@code h += factor * x^T x}: the tiles on and below the diagonal, each then mirrored. */
    void gram(long x, int rows, int n, float factor, long h) {
        int tiles = (n + GRAM_TILE - 1) / GRAM_TILE;
        workers.run(tiles * (tiles + 1) / 2, (task, worker) -> {
            int i = (int) ((Math.sqrt(8.0 * task + 1) - 1) / 2);
            int j = task - i * (i + 1) / 2;
            int firstRow = i * GRAM_TILE;
            int firstColumn = j * GRAM_TILE;
            int height = Math.min(GRAM_TILE, n - firstRow);
            int width = Math.min(GRAM_TILE, n - firstColumn);
            Dnnl.sgemm(true, false, height, width, rows, factor,
                    x + firstRow * 4L, n, x + firstColumn * 4L, n, 1, at(h, n, firstRow, firstColumn), n);
            mirror(h, n, firstRow, firstColumn, height, width);
        });
    }

    /** {@code h += factor * a^T b}, {@code h} of {@code m} rows and {@code n} columns: all its tiles. */
    void crossGram(long a, long b, int rows, int m, int n, float factor, long h) {
        int across = (n + GRAM_TILE - 1) / GRAM_TILE;
        workers.run((m + GRAM_TILE - 1) / GRAM_TILE * across, (task, worker) -> {
            int firstRow = task / across * GRAM_TILE;
            int firstColumn = task % across * GRAM_TILE;
            Dnnl.sgemm(true, false, Math.min(GRAM_TILE, m - firstRow), Math.min(GRAM_TILE, n - firstColumn), rows, factor,
                    a + firstRow * 4L, m, b + firstColumn * 4L, n, 1, at(h, n, firstRow, firstColumn), n);
        });
    }

    private static void mirror(long h, int n, int firstRow, int firstColumn, int height, int width) {
        for (int i = firstRow; i < firstRow + height; i++) {
            for (int j = firstColumn; j < Math.min(firstColumn + width, i); j++) {
                VectorMath.set(at(h, n, j, i), VectorMath.get(at(h, n, i, j)));
            }
        }
    }

    // -- inverse Cholesky --------------------------------------------------------------------------------------------

    /**
     * {@code h} becomes the upper U with {@code h^-1 = U^T U}. First {@code h = W W^T} with W upper, block columns from the
     * last to the first; then U = W^-1, block columns from the first to the last. Both in place, the upper triangle alone.
     */
    void inverseCholesky(long h, int n) {
        int blocks = (n + BLOCK - 1) / BLOCK;
        long diagonal = inverses.address(0, (long) n * BLOCK * 4);
        for (int k = blocks - 1; k >= 0; k--) {
            factorColumn(h, n, k, diagonal + (long) k * BLOCK * BLOCK * 4);
        }
        for (int k = 0; k < blocks; k++) {
            invertColumn(h, n, k, diagonal + (long) k * BLOCK * BLOCK * 4);
        }
        workers.run(blocks, (k, worker) -> {
            for (int i = k * BLOCK; i < Math.min(n, (k + 1) * BLOCK); i++) {
                Memory.ALL.asSlice(at(h, n, i, 0), i * 4L).fill((byte) 0);
            }
        });
    }

    /** Block column k of W, given the columns after it: subtract their products, then divide by the diagonal block. */
    private void factorColumn(long h, int n, int k, long inverse) {
        int first = k * BLOCK;
        int width = Math.min(BLOCK, n - first);
        int next = first + width;
        int later = n - next;
        workers.run(k + 1, (i, worker) -> {
            if (later > 0) {
                int row = i * BLOCK;
                Dnnl.sgemm(false, true, Math.min(BLOCK, n - row), width, later, -1,
                        at(h, n, row, next), n, at(h, n, first, next), n, 1, at(h, n, row, first), n);
            }
        });
        factorDiagonal(h, n, first, width, inverse);
        if (k == 0) {
            return;
        }
        long copy = panel.address(0, (long) first * width * 4);
        workers.run(k, (i, worker) -> {
            int row = i * BLOCK;
            long block = copy + (long) row * width * 4;
            copyRows(at(h, n, row, first), n, block, BLOCK, width);
            Dnnl.sgemm(false, true, BLOCK, width, width, 1, block, width, inverse, width, 0, at(h, n, row, first), n);
        });
    }

    /** Factors a diagonal block in float64 and keeps the inverse of its factor. */
    private static void factorDiagonal(long h, int n, int first, int width, long inverse) {
        double[][] w = new double[width][width];
        for (int j = width - 1; j >= 0; j--) {
            for (int i = j; i >= 0; i--) {
                double sum = VectorMath.get(at(h, n, first + i, first + j));
                for (int p = j + 1; p < width; p++) {
                    sum -= w[i][p] * w[j][p];
                }
                if (i == j && !(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
                    throw BitRankException.numerical(
                            "the matrix is not positive definite (pivot of column %d); raise the damping"
                                    .formatted(first + j));
                }
                w[i][j] = i == j ? Math.sqrt(sum) : sum / w[j][j];
            }
        }
        double[][] u = invertUpper(w);
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                VectorMath.set(at(h, n, first + i, first + j), (float) w[i][j]);
                VectorMath.set(at(inverse, width, i, j), (float) u[i][j]);
            }
        }
    }

    private static double[][] invertUpper(double[][] w) {
        int n = w.length;
        double[][] u = new double[n][n];
        for (int i = n - 1; i >= 0; i--) {
            u[i][i] = 1 / w[i][i];
            for (int p = i + 1; p < n; p++) {
                double factor = -w[i][p] * u[i][i];
                for (int j = p; j < n; j++) {
                    u[i][j] += factor * u[p][j];
                }
            }
        }
        return u;
    }

    /** Block column k of U = W^-1, given the columns before it: -U W[., k] W[k, k]^-1. */
    private void invertColumn(long h, int n, int k, long inverse) {
        int first = k * BLOCK;
        int width = Math.min(BLOCK, n - first);
        if (k > 0) {
            long product = panel.address(0, (long) first * width * 4);
            workers.run(k, (i, worker) -> {
                int row = i * BLOCK;
                Dnnl.sgemm(false, false, BLOCK, width, first - row, -1, at(h, n, row, row), n, at(h, n, row, first), n,
                        0, product + (long) row * width * 4, width);
            });
            workers.run(k, (i, worker) -> {
                int row = i * BLOCK;
                Dnnl.sgemm(false, false, BLOCK, width, width, 1, product + (long) row * width * 4, width, inverse, width,
                        0, at(h, n, row, first), n);
            });
        }
        for (int i = 0; i < width; i++) {
            copyRows(inverse + (long) i * width * 4, width, at(h, n, first + i, first), 1, width);
        }
    }

    private static void copyRows(long source, int sourceStride, long target, int rows, int width) {
        for (int i = 0; i < rows; i++) {
            java.lang.foreign.MemorySegment.copy(Memory.ALL, source + (long) i * sourceStride * 4,
                    Memory.ALL, target + (long) i * width * 4, width * 4L);
        }
    }

    private static long at(long matrix, int columns, int row, int column) {
        return matrix + ((long) row * columns + column) * 4;
    }

    @Override
    public void close() {
        panel.close();
        inverses.close();
    }
}
