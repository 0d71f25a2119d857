package org.bitrank.kernels.cpu;

import java.util.HashMap;
import java.util.Map;
import org.bitrank.kernels.BitRankException;

/** {@code target[rows, outputs] = source[rows, inputs] * weights}, compiled by oneDNN for one size and one thread. */
final class Product implements AutoCloseable {
    /** Rows for which layouts are chosen; larger batches are cut into tiles of it. */
    static final int TILE = 256;

    /** How the weights {@code [inputs, outputs]} lie in memory. */
    enum Order {
        /** As oneDNN likes them best on this processor: see {@link Cache#layout}. */
        PACKED,
        /** A row for every input. */
        ROWS,
        /** A row for every output. */
        COLUMNS
    }

    /**
     * Strides are in elements.
     *
     * @param accumulate adds to the target instead of writing it
     */
    record Size(int type, int rows, int outputs, int inputs, int sourceStride, Order order, int weightsStride,
            int targetStride, boolean accumulate) {}

    /** The packed layout of some weights. */
    record Layout(long descriptor, long bytes) {}

    private record LayoutSize(int type, int outputs, int inputs) {}

    /** Memory handles of one thread; oneDNN reads the addresses from them. */
    private record Call(long source, long weights, long target, long scratchpad, Memory.Block block, long arguments) {}

    /** All compiled products of a back end. Used and filled by all its threads. */
    static final class Cache implements AutoCloseable {
        private final int workers;
        private final Map<Size, Product> products = new HashMap<>();
        private final Map<LayoutSize, Layout> layouts = new HashMap<>();
        private final Map<Reorder.Size, Reorder> reorders = new HashMap<>();

        Cache(int workers) {
            this.workers = workers;
        }

        synchronized Product get(Size size) {
            Product product = products.get(size);
            if (product == null) {
                product = new Product(size, weights(size), workers);
                products.put(size, product);
            }
            return product;
        }

        /** The copy of a matrix into the packed layout of its size. */
        synchronized Reorder get(Reorder.Size size) {
            Reorder reorder = reorders.get(size);
            if (reorder == null) {
                reorder = new Reorder(size, layout(size.type(), size.outputs(), size.inputs()), workers);
                reorders.put(size, reorder);
            }
            return reorder;
        }

        private long weights(Size size) {
            return switch (size.order()) {
                case PACKED -> Dnnl.copyDescriptor(layout(size.type(), size.outputs(), size.inputs()).descriptor());
                case ROWS -> Dnnl.descriptor(size.type(), size.inputs(), size.outputs(), size.weightsStride(), 1);
                case COLUMNS -> Dnnl.descriptor(size.type(), size.inputs(), size.outputs(), 1, size.weightsStride());
            };
        }

        /** The packed layout; the same for every number of rows. */
        synchronized Layout layout(int type, int outputs, int inputs) {
            return layouts.computeIfAbsent(new LayoutSize(type, outputs, inputs), Product::chooseLayout);
        }

        @Override
        public synchronized void close() {
            products.values().forEach(Product::close);
            reorders.values().forEach(Reorder::close);
            layouts.values().forEach(layout -> Dnnl.destroyDescriptor(layout.descriptor()));
            products.clear();
            reorders.clear();
            layouts.clear();
        }
    }

    private final long primitive;
    private final long sourceDescriptor;
    private final long targetDescriptor;
    private final long weightsDescriptor;
    private final long scratchpadBytes;
    private final Call[] calls;

    private Product(Size size, long weightsDescriptor, int workers) {
        this.weightsDescriptor = weightsDescriptor;
        sourceDescriptor = Dnnl.descriptor(size.type(), size.rows(), size.inputs(), size.sourceStride(), 1);
        targetDescriptor = Dnnl.descriptor(Dnnl.FLOAT32, size.rows(), size.outputs(), size.targetStride(), 1);
        long description = Dnnl.describeProduct(sourceDescriptor, weightsDescriptor, targetDescriptor, size.accumulate());
        if (description == 0) {
            throw BitRankException.unsupported("oneDNN has no product for " + size + " on this processor");
        }
        scratchpadBytes = Dnnl.scratchpadBytes(description);
        primitive = Dnnl.primitive(description);
        calls = new Call[workers];
    }

    private static Layout chooseLayout(LayoutSize size) {
        long source = Dnnl.descriptor(size.type(), TILE, size.inputs(), size.inputs(), 1);
        long weights = Dnnl.freeDescriptor(size.type(), size.inputs(), size.outputs());
        long target = Dnnl.descriptor(Dnnl.FLOAT32, TILE, size.outputs(), size.outputs(), 1);
        long description = Dnnl.describeProduct(source, weights, target, false);
        if (description == 0) {
            throw BitRankException.unsupported("oneDNN has no product for " + size + " on this processor");
        }
        long chosen = Dnnl.weightsOf(description);
        Dnnl.destroyPrimitiveDescriptor(description);
        Dnnl.destroyDescriptor(source);
        Dnnl.destroyDescriptor(weights);
        Dnnl.destroyDescriptor(target);
        return new Layout(chosen, Dnnl.size(chosen));
    }

    void run(int worker, long source, long weights, long target) {
        Call call = calls[worker];
        if (call == null) {
            call = prepare();
            calls[worker] = call;
        }
        Dnnl.pointTo(call.source(), source);
        Dnnl.pointTo(call.weights(), weights);
        Dnnl.pointTo(call.target(), target);
        Dnnl.execute(primitive, 4, call.arguments());
    }

    private Call prepare() {
        Memory.Block block = Memory.allocate(64 + scratchpadBytes);
        long source = Dnnl.memory(sourceDescriptor);
        long weights = Dnnl.memory(weightsDescriptor);
        long target = Dnnl.memory(targetDescriptor);
        long scratchpadDescriptor = Dnnl.bytes(scratchpadBytes);
        long scratchpad = Dnnl.memory(scratchpadDescriptor);
        Dnnl.destroyDescriptor(scratchpadDescriptor);
        Dnnl.pointTo(scratchpad, block.address() + 64);
        long arguments = Dnnl.arguments(block.address(),
                Dnnl.ARG_SOURCE, source, Dnnl.ARG_WEIGHTS, weights, Dnnl.ARG_TARGET, target, Dnnl.ARG_SCRATCHPAD, scratchpad);
        return new Call(source, weights, target, scratchpad, block, arguments);
    }

    @Override
    public void close() {
        for (Call call : calls) {
            if (call != null) {
                Dnnl.destroyMemory(call.source());
                Dnnl.destroyMemory(call.weights());
                Dnnl.destroyMemory(call.target());
                Dnnl.destroyMemory(call.scratchpad());
                call.block().close();
            }
        }
        Dnnl.destroyPrimitive(primitive);
        Dnnl.destroyDescriptor(sourceDescriptor);
        Dnnl.destroyDescriptor(weightsDescriptor);
        Dnnl.destroyDescriptor(targetDescriptor);
    }
}
