package org.bitrank.kernels.cpu;

/** Copies a matrix from plain rows or columns into a product's packed layout, compiled by oneDNN for one size and one thread. */
final class Reorder implements AutoCloseable {
    /** A matrix {@code [inputs, outputs]} whose element (i, j) lies at {@code i * inputStride + j * outputStride} elements. */
    record Size(int type, int inputs, int outputs, int inputStride, int outputStride) {}

    /** Memory handles of one thread; oneDNN reads the addresses from them. */
    private record Call(long source, long target, long scratchpad, Memory.Block block, long arguments) {}

    private final long sourceDescriptor;
    private final long targetDescriptor;
    private final long scratchpadBytes;
    private final long primitive;
    private final Call[] calls;

    Reorder(Size size, Product.Layout target, int workers) {
        sourceDescriptor = Dnnl.descriptor(size.type(), size.inputs(), size.outputs(), size.inputStride(), size.outputStride());
        targetDescriptor = Dnnl.copyDescriptor(target.descriptor());
        long description = Dnnl.describeReorder(sourceDescriptor, targetDescriptor);
        scratchpadBytes = Dnnl.scratchpadBytes(description);
        primitive = Dnnl.primitive(description);
        calls = new Call[workers];
    }

    void run(int worker, long source, long target) {
        Call call = calls[worker];
        if (call == null) {
            call = prepare();
            calls[worker] = call;
        }
        Dnnl.pointTo(call.source(), source);
        Dnnl.pointTo(call.target(), target);
        Dnnl.execute(primitive, 3, call.arguments());
    }

    private Call prepare() {
        Memory.Block block = Memory.allocate(64 + scratchpadBytes);
        long source = Dnnl.memory(sourceDescriptor);
        long target = Dnnl.memory(targetDescriptor);
        long scratchpadDescriptor = Dnnl.bytes(scratchpadBytes);
        long scratchpad = Dnnl.memory(scratchpadDescriptor);
        Dnnl.destroyDescriptor(scratchpadDescriptor);
        Dnnl.pointTo(scratchpad, block.address() + 64);
        long arguments = Dnnl.arguments(
                block.address(), Dnnl.ARG_SOURCE, source, Dnnl.ARG_TARGET, target, Dnnl.ARG_SCRATCHPAD, scratchpad);
        return new Call(source, target, scratchpad, block, arguments);
    }

    @Override
    public void close() {
        for (Call call : calls) {
            if (call != null) {
                Dnnl.destroyMemory(call.source());
                Dnnl.destroyMemory(call.target());
                Dnnl.destroyMemory(call.scratchpad());
                call.block().close();
            }
        }
        Dnnl.destroyPrimitive(primitive);
        Dnnl.destroyDescriptor(sourceDescriptor);
        Dnnl.destroyDescriptor(targetDescriptor);
    }
}
