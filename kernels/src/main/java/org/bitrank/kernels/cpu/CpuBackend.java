package org.bitrank.kernels.cpu;

import java.lang.foreign.MemorySegment;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.Checks;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.DeviceInfo;
import org.bitrank.kernels.Distributions;
import org.bitrank.kernels.IntegerOperators;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.RowGrid;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * All cores of the processor: oneDNN for products, the Vector API for the rest. This class checks arguments and shares
 * rows out to threads; the arithmetic is in the classes it calls.
 */
public final class CpuBackend implements Backend {
    /** Elements below which a loop is not worth a second thread. */
    private static final long SERIAL = 1 << 14;

    private final ComputeType computeType;
    private final Workers workers;
    private final Product.Cache cache;
    private final Products products;
    private final Products baseProducts;
    private final Packer packer;
    private final Attention attention;
    private final Head head;
    private final Symmetric symmetric;

    public CpuBackend(ComputeType computeType) {
        this(computeType, Processor.cores());
    }

    CpuBackend(ComputeType computeType, int threads) {
        if (!Processor.multipliesBfloat16() && computeType == ComputeType.BFLOAT16) {
            throw BitRankException.unsupported(
                    "this processor has no bfloat16 products (AVX512-BF16 or AMX is needed); use --compute float32");
        }
        this.computeType = computeType;
        workers = new Workers(threads);
        cache = new Product.Cache(workers.count());
        products = new Products(workers, cache, computeType);
        baseProducts = new Products(workers, cache, computeType);
        packer = new Packer(workers, cache, computeType);
        attention = new Attention(workers, cache, computeType);
        head = new Head(workers, products, baseProducts);
        symmetric = new Symmetric(workers);
    }

    /** The faster type that this processor multiplies natively. */
    public static ComputeType nativeComputeType() {
        return Processor.multipliesBfloat16() ? ComputeType.BFLOAT16 : ComputeType.FLOAT32;
    }

    @Override
    public DeviceInfo device() {
        return new DeviceInfo("cpu", Processor.name(), workers.count(), Processor.memoryBytes(), Processor.features());
    }

    @Override
    public ComputeType computeType() {
        return computeType;
    }

    @Override
    public Tensor allocate(DType dtype, Shape shape) {
        tensorsChange();
        return HostTensor.allocate(dtype, shape);
    }

    @Override
    public Tensor upload(MemorySegment source, DType dtype, Shape shape) {
        tensorsChange();
        return HostTensor.upload(source, dtype, shape);
    }

    @Override
    public void download(Tensor source, MemorySegment target) {
        HostTensor.download(source, target);
    }

    @Override
    public void gatherRows(Tensor source, int[] sourceRows, Tensor target) {
        Checks.gatherRows(source, sourceRows, target);
        tensorsChange();
        long bytes = source.columns() * source.dtype().bytes();
        long from = HostTensor.address(source);
        long to = HostTensor.address(target);
        forRows(sourceRows.length, source.columns(), row ->
                MemorySegment.copy(Memory.ALL, from + sourceRows[row] * bytes, Memory.ALL, to + row * bytes, bytes));
    }

    @Override
    public void scatterRows(Tensor source, int[] targetRows, Tensor target) {
        Checks.scatterRows(source, targetRows, target);
        tensorsChange();
        long bytes = source.columns() * source.dtype().bytes();
        long from = HostTensor.address(source);
        long to = HostTensor.address(target);
        // In order, so that the last of equal target rows wins.
        for (int row = 0; row < targetRows.length; row++) {
            MemorySegment.copy(Memory.ALL, from + row * bytes, Memory.ALL, to + targetRows[row] * bytes, bytes);
        }
    }

    @Override
    public PackedMatrix pack(MemorySegment weight, DType dtype, int outputs, int inputs) {
        Checks.weight(weight, dtype, outputs, inputs);
        return packer.pack(weight, dtype, outputs, inputs);
    }

    @Override
    public void matmul(Tensor x, PackedMatrix weight, Tensor bias, Tensor y) {
        Checks.matmul(x, weight, bias, y);
        long target = HostTensor.address(y);
        products.multiply(HostTensor.address(x), (int) x.rows(), panels(weight),
                bias == null ? 0 : HostTensor.address(bias), target);
        products.forgetIfOverlapping(target, HostTensor.bytes(y));
    }

    @Override
    public void embed(int[] ids, Tensor table, Tensor y) {
        Checks.embed(ids, table, y);
        tensorsChange();
        long from = HostTensor.address(table);
        long to = HostTensor.address(y);
        long columns = table.columns();
        DType dtype = table.dtype();
        forRows(ids.length, columns, row -> {
            Packer.widen(from + ids[row] * columns * dtype.bytes(), dtype, columns, to + row * columns * 4);
        });
    }

    @Override
    public void rmsNorm(Tensor x, Tensor gain, float epsilon, Tensor y) {
        Checks.rmsNorm(x, gain, y);
        tensorsChange();
        long from = HostTensor.address(x);
        long to = HostTensor.address(y);
        long factors = HostTensor.address(gain);
        int width = (int) gain.columns();
        forRows(x.shape().elements() / width, width, row -> {
            long at = row * 4L * width;
            Elementwise.rmsNorm(from + at, factors, epsilon, to + at, width);
        });
    }

    @Override
    public void layerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y) {
        Checks.layerNorm(x, gain, bias, y);
        tensorsChange();
        long from = HostTensor.address(x);
        long to = HostTensor.address(y);
        long factors = HostTensor.address(gain);
        long shifts = bias == null ? 0 : HostTensor.address(bias);
        int width = (int) gain.columns();
        forRows(x.shape().elements() / width, width, row -> {
            long at = row * 4L * width;
            LayerNorm.normalize(from + at, factors, shifts, epsilon, to + at, width);
        });
    }

    @Override
    public void rotate(Tensor x, int headSize, int[] positions, Tensor cos, Tensor sin) {
        Checks.rotate(x, headSize, positions, cos, sin);
        tensorsChange();
        long from = HostTensor.address(x);
        long cosines = HostTensor.address(cos);
        long sines = HostTensor.address(sin);
        int half = (int) cos.columns();
        int heads = (int) (x.columns() / headSize);
        forRows(positions.length, x.columns(), row -> {
            long angle = (long) positions[row] * half * 4;
            for (int head = 0; head < heads; head++) {
                long at = from + ((long) row * heads + head) * headSize * 4;
                Elementwise.rotate(at, cosines + angle, sines + angle, half);
            }
        });
    }

    @Override
    public void attention(Tensor q, Tensor k, Tensor v, AttentionShape shape, AttentionRun[] runs, Tensor y) {
        Checks.attention(q, k, v, shape, runs, y);
        tensorsChange();
        attention.attend(new AttentionOperands(shape, HostTensor.address(q), HostTensor.address(k), HostTensor.address(v),
                HostTensor.address(y)), runs);
    }

    @Override
    public void swiglu(Tensor gate, Tensor up, Tensor y) {
        Checks.sameShape(gate, up);
        Checks.sameShape(gate, y);
        tensorsChange();
        long a = HostTensor.address(gate);
        long b = HostTensor.address(up);
        long to = HostTensor.address(y);
        int columns = (int) gate.columns();
        forRows(gate.rows(), columns, row -> {
            long at = row * 4L * columns;
            Elementwise.swiglu(a + at, b + at, to + at, columns);
        });
    }

    @Override
    public void activate(Activation activation, Tensor x, Tensor y) {
        Checks.sameShape(x, y);
        tensorsChange();
        long from = HostTensor.address(x);
        long to = HostTensor.address(y);
        int columns = (int) x.columns();
        forRows(x.rows(), columns, row -> {
            long at = row * 4L * columns;
            switch (activation) {
                case SILU -> Activations.silu(from + at, to + at, columns);
                case RELU -> Activations.relu(from + at, to + at, columns);
                case GELU -> Activations.gelu(from + at, to + at, columns);
                case GELU_TANH -> Activations.geluTanh(from + at, to + at, columns);
                case QUICK_GELU -> Activations.quickGelu(from + at, to + at, columns);
            }
        });
    }

    @Override
    public void mixRows(Tensor source, int[] rows, float[] weights, Tensor y) {
        Checks.mixRows(source, rows, weights, y);
        tensorsChange();
        long from = HostTensor.address(source);
        long to = HostTensor.address(y);
        int columns = (int) y.columns();
        int many = y.rows() == 0 ? 0 : (int) (rows.length / y.rows());
        forRows(y.rows(), (long) many * columns, row -> {
            long target = to + row * 4L * columns;
            Memory.ALL.asSlice(target, columns * 4L).fill((byte) 0);
            for (int j = row * many; j < (row + 1) * many; j++) {
                Elementwise.addScaled(from + rows[j] * 4L * columns, weights[j], target, columns);
            }
        });
    }

    @Override
    public void add(Tensor x, Tensor y) {
        Checks.sameShape(x, y);
        tensorsChange();
        long from = HostTensor.address(x);
        long to = HostTensor.address(y);
        int columns = (int) x.columns();
        forRows(x.rows(), columns, row -> {
            long at = row * 4L * columns;
            Elementwise.add(from + at, to + at, columns);
        });
    }

    @Override
    public void fakeQuantize(Tensor x, RowGrid grid, Tensor levels, Tensor scales, Tensor zeros, Tensor y) {
        Checks.fakeQuantize(x, grid, levels, scales, zeros, y);
        tensorsChange();
        int columns = (int) x.columns();
        var rounding = new RowRounding(grid, levels, scales, zeros);
        long from = HostTensor.address(x);
        long to = HostTensor.address(y);
        int group = grid.groupIn(columns);
        forRows(x.rows(), columns, row -> {
            for (int column = 0; column < columns; column += group) {
                long at = ((long) row * columns + column) * 4;
                rounding.round(from + at, to + at, column, Math.min(group, columns - column));
            }
        });
    }

    @Override
    public IntegerOperators integers() {
        tensorsChange();
        return new HostIntegerOperators((rows, elements, work) -> forRows(rows, elements, work::run));
    }

    @Override
    public void hadamard(Tensor x, Tensor base, int order, int stride) {
        Checks.hadamard(x, base, order, stride);
        tensorsChange();
        var transform = new Hadamard(base, order, stride);
        long at = HostTensor.address(x);
        int size = order * stride;
        forRows(x.shape().elements() / size, size, run -> transform.apply(at + (long) run * size * 4));
    }

    @Override
    public void targetLogProbs(Tensor hidden, PackedMatrix head, int[] targets, float[] logProbs, int[] argmax) {
        Checks.targetLogProbs(hidden, head, targets, logProbs, argmax);
        tensorsChange();
        this.head.targetLogProbs(HostTensor.address(hidden), panels(head), targets, logProbs, argmax);
    }

    @Override
    public void compareDistributions(
            Tensor baseHidden, PackedMatrix baseHead, Tensor hidden, PackedMatrix head, int[] targets, Distributions out) {
        Checks.compareDistributions(baseHidden, baseHead, hidden, head, targets, out);
        tensorsChange();
        this.head.compareDistributions(HostTensor.address(baseHidden), panels(baseHead),
                HostTensor.address(hidden), panels(head), targets, out);
    }

    @Override
    public void gram(Tensor x, float factor, Tensor h) {
        Checks.gram(x, h);
        tensorsChange();
        symmetric.gram(HostTensor.address(x), (int) x.rows(), (int) x.columns(), factor, HostTensor.address(h));
    }

    @Override
    public void crossGram(Tensor a, Tensor b, float factor, Tensor h) {
        Checks.crossGram(a, b, h);
        tensorsChange();
        symmetric.crossGram(HostTensor.address(a), HostTensor.address(b), (int) a.rows(), (int) a.columns(), (int) b.columns(),
                factor, HostTensor.address(h));
    }

    @Override
    public void inverseCholesky(Tensor h) {
        Checks.inverseCholesky(h);
        tensorsChange();
        symmetric.inverseCholesky(HostTensor.address(h), Math.toIntExact(h.rows()));
    }

    private static PanelMatrix panels(PackedMatrix weight) {
        if (!(weight instanceof PanelMatrix panels)) {
            throw new IllegalArgumentException("the weight was packed by another back end");
        }
        return panels;
    }

    /** Every operation but a product may write what a rounded activation was made from. */
    private void tensorsChange() {
        products.forgetActivation();
        baseProducts.forgetActivation();
    }

    private interface RowWork {
        void run(int row);
    }

    private void forRows(long rows, long elementsPerRow, RowWork work) {
        long perTask = Math.max(1, SERIAL / Math.max(1, elementsPerRow));
        workers.run((int) ((rows + perTask - 1) / perTask), (task, worker) -> {
            int end = (int) Math.min(rows, (task + 1) * perTask);
            for (int row = (int) (task * perTask); row < end; row++) {
                work.run(row);
            }
        });
    }

    @Override
    public void close() {
        workers.close();
        products.close();
        baseProducts.close();
        packer.close();
        attention.close();
        head.close();
        symmetric.close();
        cache.close();
    }
}
