package org.bitrank.engine.model;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** Memory for intermediate results, as large as the largest that was asked for. */
final class GrowingBuffer implements AutoCloseable {
    private final Backend backend;
    private Tensor memory;

    GrowingBuffer(Backend backend) {
        this.backend = backend;
    }

    /** {@code [rows, columns]} of undefined content, valid until the next call. */
    Tensor rows(int rows, int columns) {
        if (memory == null || memory.rows() < rows || memory.columns() != columns) {
            close();
            memory = backend.allocate(DType.FLOAT32, new Shape(rows, columns));
        }
        return memory.rows(0, rows);
    }

    @Override
    public void close() {
        Resources.close(memory);
        memory = null;
    }
}
