package org.bitrank.kernels.cpu;

import org.bitrank.kernels.ComputeType;

/**
 * Products of activations with packed weights.
 *
 * <p>Rows are cut into tiles of 256, 128, … 1, each with its own compiled product; a row's sum runs over the inputs in
 * the same order in all of them, so its result does not depend on the tile it fell into.
 */
final class Products implements AutoCloseable {
    /** Rows that one task takes past a panel. */
    private static final int ROWS_PER_TASK = 256;

    private final Workers workers;
    private final Product.Cache cache;
    private final Scratch narrowed = new Scratch(1);
    private final int type;

    /** The activation that {@link #narrowed} holds, as address, rows and columns. */
    private long narrowedFrom;
    private long narrowedRows;
    private long narrowedColumns;

    Products(Workers workers, Product.Cache cache, ComputeType computeType) {
        this.workers = workers;
        this.cache = cache;
        this.type = type(computeType);
    }

    /** oneDNN's name of the type. */
    static int type(ComputeType computeType) {
        return switch (computeType) {
            case FLOAT32 -> Dnnl.FLOAT32;
            case BFLOAT16 -> Dnnl.BFLOAT16;
        };
    }

    /** Some tensor changed, so activations have to be rounded anew. Queries, keys and values are products of the same. */
    void forgetActivation() {
        narrowedFrom = 0;
    }

    /** The same where only {@code bytes} bytes from an address on changed. */
    void forgetIfOverlapping(long address, long bytes) {
        if (address < narrowedFrom + narrowedRows * narrowedColumns * 4 && narrowedFrom < address + bytes) {
            forgetActivation();
        }
    }

    /** {@code y = x * weight^T + bias}; bias may be 0. */
    void multiply(long x, int rows, PanelMatrix weight, long bias, long y) {
        long source = operand(x, rows, weight.inputs());
        int rowBlocks = (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
        workers.run(weight.panels() * rowBlocks, (task, worker) -> {
            int panel = task / rowBlocks;
            int first = task % rowBlocks * ROWS_PER_TASK;
            int count = Math.min(ROWS_PER_TASK, rows - first);
            long target = y + ((long) first * weight.outputs() + weight.firstOutput(panel)) * 4;
            multiplyPanel(worker, row(source, first, weight), count, weight, panel, target, weight.outputs());
            if (bias != 0) {
                long shift = bias + weight.firstOutput(panel) * 4L;
                for (int i = 0; i < count; i++) {
                    Elementwise.add(shift, target + (long) i * weight.outputs() * 4, weight.width(panel));
                }
            }
        });
    }

    /** The activation as products read it. Valid until the next call. */
    long operand(long x, int rows, int columns) {
        if (type == Dnnl.FLOAT32) {
            return x;
        }
        long count = (long) rows * columns;
        long target = narrowed.address(0, count * 2);
        if (x != narrowedFrom || rows != narrowedRows || columns != narrowedColumns) {
            long chunk = 1 << 15;
            workers.run((int) ((count + chunk - 1) / chunk), (task, worker) -> {
                long first = task * chunk;
                VectorMath.toBfloat16(x + first * 4, target + first * 2, Math.min(chunk, count - first));
            });
            narrowedFrom = x;
            narrowedRows = rows;
            narrowedColumns = columns;
        }
        return target;
    }

    /** The address of a row of what {@link #operand} returned. */
    long row(long operand, long row, PanelMatrix weight) {
        return operand + row * weight.inputs() * (type == Dnnl.FLOAT32 ? 4 : 2);
    }

    /** One panel of the product, written to rows {@code targetStride} floats apart. */
    void multiplyPanel(int worker, long source, int rows, PanelMatrix weight, int panel, long target, int targetStride) {
        int done = 0;
        while (done < rows) {
            int tile = Math.min(Product.TILE, Integer.highestOneBit(rows - done));
            Product product = cache.get(new Product.Size(
                    type, tile, weight.width(panel), weight.inputs(), weight.inputs(), Product.Order.PACKED, 0, targetStride, false));
            product.run(worker, row(source, done, weight), weight.address(panel), target + (long) done * targetStride * 4);
            done += tile;
        }
    }

    @Override
    public void close() {
        narrowed.close();
    }
}
