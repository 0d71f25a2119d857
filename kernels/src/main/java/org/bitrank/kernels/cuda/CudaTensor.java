package org.bitrank.kernels.cuda;

import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** A matrix in the GPU's memory, or a view of rows of one. */
final class CudaTensor implements Tensor {
    private final CudaDevice device;
    private final CudaDevice.Memory memory;
    private final long offset;
    private final DType dtype;
    private final Shape shape;
    private final CudaTensor owner;
    private boolean closed;

    CudaTensor(CudaDevice device, CudaDevice.Memory memory, DType dtype, Shape shape) {
        this(device, memory, 0, dtype, shape, null);
    }

    private CudaTensor(
            CudaDevice device, CudaDevice.Memory memory, long offset, DType dtype, Shape shape, CudaTensor owner) {
        this.device = device;
        this.memory = memory;
        this.offset = offset;
        this.dtype = dtype;
        this.shape = shape;
        this.owner = owner;
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public Tensor rows(long first, long count) {
        requireOpen();
        if (first < 0 || count < 0 || first + count > rows()) {
            throw new IllegalArgumentException("rows %d .. %d of %s".formatted(first, first + count, shape));
        }
        long at = offset + first * columns() * dtype.bytes();
        return new CudaTensor(device, memory, at, dtype, new Shape(count, columns()), owner == null ? this : owner);
    }

    CudaDevice.Memory memory() {
        requireOpen();
        return memory;
    }

    long offset() {
        return offset;
    }

    /** Where it lies, as kernels want it. */
    long address() {
        requireOpen();
        return memory.address() + offset;
    }

    private void requireOpen() {
        if (closed || (owner != null && owner.closed)) {
            throw new IllegalStateException("tensor " + shape + " is closed");
        }
    }

    @Override
    public void close() {
        if (!closed && owner == null) {
            device.free(memory);
        }
        closed = true;
    }
}
