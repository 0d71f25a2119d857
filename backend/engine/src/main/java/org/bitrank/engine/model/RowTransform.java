package org.bitrank.engine.model;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** A Hadamard transform on a device. */
final class RowTransform implements AutoCloseable {
    private final HadamardTransform transform;
    private final Backend backend;
    private final Tensor base;

    RowTransform(HadamardTransform transform, Backend backend) {
        this.transform = transform;
        this.backend = backend;
        int size = transform.baseSize();
        this.base = backend.upload(transform.base(), new Shape(size, size));
    }

    /** In place. */
    void apply(Tensor x) {
        backend.hadamard(x, base, transform.order(), transform.stride());
    }

    @Override
    public void close() {
        base.close();
    }
}
