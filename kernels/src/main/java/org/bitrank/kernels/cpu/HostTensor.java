package org.bitrank.kernels.cpu;

import java.lang.foreign.MemorySegment;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** A tensor in host memory; a view shares the block of its owner. */
final class HostTensor implements Tensor {
    private final Memory.Block block;
    private final long offset;
    private final DType dtype;
    private final Shape shape;
    private final boolean owner;

    private HostTensor(Memory.Block block, long offset, DType dtype, Shape shape, boolean owner) {
        this.block = block;
        this.offset = offset;
        this.dtype = dtype;
        this.shape = shape;
        this.owner = owner;
    }

    static HostTensor allocate(DType dtype, Shape shape) {
        Memory.Block block = Memory.allocate(Math.multiplyExact(shape.elements(), dtype.bytes()));
        return new HostTensor(block, 0, dtype, shape, true);
    }

    /** The address of the first element; fails when the tensor or its owner is closed. */
    static long address(Tensor tensor) {
        if (!(tensor instanceof HostTensor host)) {
            throw new IllegalArgumentException("the tensor belongs to another back end");
        }
        return host.block.address() + host.offset;
    }

    static long bytes(Tensor tensor) {
        return tensor.shape().elements() * tensor.dtype().bytes();
    }

    /** An element of a float32 tensor, checked at every call: for code that is read rather than fast. */
    static float get(Tensor tensor, long index) {
        return Memory.ALL.get(Memory.FLOAT, address(tensor) + index * 4);
    }

    /** Writes what {@link #get} reads. */
    static void set(Tensor tensor, long index, float value) {
        Memory.ALL.set(Memory.FLOAT, address(tensor) + index * 4, value);
    }

    static HostTensor upload(MemorySegment source, DType dtype, Shape shape) {
        long bytes = Math.multiplyExact(shape.elements(), dtype.bytes());
        if (source.byteSize() < bytes) {
            throw new IllegalArgumentException(source.byteSize() + " bytes for " + dtype + " " + shape);
        }
        HostTensor tensor = allocate(dtype, shape);
        MemorySegment.copy(source, 0, Memory.ALL, address(tensor), bytes);
        return tensor;
    }

    static void download(Tensor source, MemorySegment target) {
        long bytes = bytes(source);
        if (target.byteSize() < bytes) {
            throw new IllegalArgumentException("target of " + target.byteSize() + " bytes is smaller than " + bytes);
        }
        MemorySegment.copy(Memory.ALL, address(source), target, 0, bytes);
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
        if (first < 0 || count < 0 || first + count > shape.rows()) {
            throw new IllegalArgumentException("rows " + first + " .. " + (first + count) + " of " + shape);
        }
        block.address();
        long start = offset + first * shape.columns() * dtype.bytes();
        return new HostTensor(block, start, dtype, new Shape(count, shape.columns()), false);
    }

    @Override
    public void close() {
        if (owner) {
            block.close();
        }
    }
}
