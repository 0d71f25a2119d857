package org.bitrank.kernels.cpu;

import java.lang.foreign.MemorySegment;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;

/** Puts weights into panels: converts a panel's rows to the compute type, then lets oneDNN order them. */
final class Packer implements AutoCloseable {
    private final Workers workers;
    private final Product.Cache products;
    private final Scratch scratch;
    private final Scratch heapCopies;
    private final int type;

    Packer(Workers workers, Product.Cache products, ComputeType computeType) {
        this.workers = workers;
        this.products = products;
        this.scratch = new Scratch(workers.count());
        this.heapCopies = new Scratch(workers.count());
        this.type = Products.type(computeType);
    }

    PanelMatrix pack(MemorySegment weight, DType dtype, int outputs, int inputs) {
        // Native memory is seen anew by its address, because the segment may be confined to the caller's thread.
        MemorySegment source = weight.isNative() ? Memory.ALL.asSlice(weight.address(), weight.byteSize()) : weight;
        PanelMatrix matrix = new PanelMatrix(outputs, inputs, type, products);
        try {
            workers.run(matrix.panels(), (panel, worker) -> packPanel(source, dtype, matrix, panel, worker));
            return matrix;
        } catch (RuntimeException | Error failure) {
            matrix.close();
            throw failure;
        }
    }

    private void packPanel(MemorySegment weight, DType dtype, PanelMatrix matrix, int panel, int worker) {
        int inputs = matrix.inputs();
        int width = matrix.width(panel);
        long count = (long) width * inputs;
        long first = (long) matrix.firstOutput(panel) * inputs;
        long rows = scratch.address(worker, count * 4);
        convert(address(weight, first * dtype.bytes(), count * dtype.bytes(), worker), dtype, count, rows);
        // Seen as [inputs, outputs], the rows are columns.
        long source = Dnnl.descriptor(type, inputs, width, 1, inputs);
        long description = Dnnl.describeReorder(source, matrix.layout(panel).descriptor());
        long scratchpadBytes = Dnnl.scratchpadBytes(description);
        long primitive = Dnnl.primitive(description);
        long scratchpadDescriptor = Dnnl.bytes(scratchpadBytes);
        long from = Dnnl.memory(source);
        long to = Dnnl.memory(matrix.layout(panel).descriptor());
        long scratchpad = Dnnl.memory(scratchpadDescriptor);
        try (Memory.Block block = Memory.allocate(64 + scratchpadBytes)) {
            Dnnl.pointTo(from, rows);
            Dnnl.pointTo(to, matrix.address(panel));
            Dnnl.pointTo(scratchpad, block.address() + 64);
            Dnnl.execute(primitive, 3, Dnnl.arguments(block.address(),
                    Dnnl.ARG_SOURCE, from, Dnnl.ARG_TARGET, to, Dnnl.ARG_SCRATCHPAD, scratchpad));
        } finally {
            Dnnl.destroyMemory(from);
            Dnnl.destroyMemory(to);
            Dnnl.destroyMemory(scratchpad);
            Dnnl.destroyPrimitive(primitive);
            Dnnl.destroyDescriptor(source);
            Dnnl.destroyDescriptor(scratchpadDescriptor);
        }
    }

    /** Where these bytes of the weight are, copied out of the Java heap if they are there. */
    private long address(MemorySegment weight, long offset, long bytes, int worker) {
        if (weight.isNative()) {
            return weight.address() + offset;
        }
        long copy = heapCopies.address(worker, bytes);
        MemorySegment.copy(weight, offset, Memory.ALL, copy, bytes);
        return copy;
    }

    private void convert(long source, DType dtype, long count, long target) {
        if (type == Dnnl.FLOAT32) {
            widen(source, dtype, count, target);
            return;
        }
        switch (dtype) {
            case BFLOAT16 -> MemorySegment.copy(Memory.ALL, source, Memory.ALL, target, count * 2);
            case FLOAT32 -> VectorMath.toBfloat16(source, target, count);
            case FLOAT16 -> {
                // In place: the narrow numbers stay behind the wide ones that are still to be read.
                widen(source, dtype, count, target);
                VectorMath.toBfloat16(target, target, count);
            }
            case INT32 -> throw new IllegalArgumentException("weights are floating-point numbers");
        }
    }

    /** Numbers of any type as float32. */
    static void widen(long source, DType dtype, long count, long target) {
        switch (dtype) {
            case FLOAT32 -> MemorySegment.copy(Memory.ALL, source, Memory.ALL, target, count * 4);
            case FLOAT16 -> {
                for (long i = 0; i < count; i++) {
                    VectorMath.set(target + i * 4, Float.float16ToFloat(Memory.ALL.get(Memory.SHORT, source + i * 2)));
                }
            }
            case BFLOAT16 -> {
                for (long i = 0; i < count; i++) {
                    Memory.ALL.set(Memory.INT, target + i * 4, Memory.ALL.get(Memory.SHORT, source + i * 2) << 16);
                }
            }
            case INT32 -> throw new IllegalArgumentException("these are no floating-point numbers");
        }
    }

    @Override
    public void close() {
        scratch.close();
        heapCopies.close();
    }
}
