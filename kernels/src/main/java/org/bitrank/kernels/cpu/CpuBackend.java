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
 * All cores of the processor: oneDNN for products, the Vector API for the rest. This class checks arguments; the
 * arithmetic, and how it is shared out to threads, is in the classes it calls.
 */
public final class CpuBackend implements Backend {
    private final ComputeType computeType;
    private final Workers workers;
    private final Rows rows;
    private final TokenwiseOperations tokenwise;
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
        rows = Rows.sharedOut(workers);
        tokenwise = new TokenwiseOperations(rows);
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
        tokenwise.gatherRows(source, sourceRows, target);
    }

    @Override
    public void scatterRows(Tensor source, int[] targetRows, Tensor target) {
        Checks.scatterRows(source, targetRows, target);
        tensorsChange();
        tokenwise.scatterRows(source, targetRows, target);
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
        tokenwise.embed(ids, table, y);
    }

    @Override
    public void rmsNorm(Tensor x, Tensor gain, float epsilon, Tensor y) {
        Checks.rmsNorm(x, gain, y);
        tensorsChange();
        tokenwise.rmsNorm(x, gain, epsilon, y);
    }

    @Override
    public void layerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y) {
        Checks.layerNorm(x, gain, bias, y);
        tensorsChange();
        tokenwise.layerNorm(x, gain, bias, epsilon, y);
    }

    @Override
    public void rotate(Tensor x, int headSize, int[] positions, Tensor cos, Tensor sin) {
        Checks.rotate(x, headSize, positions, cos, sin);
        tensorsChange();
        tokenwise.rotate(x, headSize, positions, cos, sin);
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
        tokenwise.swiglu(gate, up, y);
    }

    @Override
    public void activate(Activation activation, Tensor x, Tensor y) {
        Checks.sameShape(x, y);
        tensorsChange();
        tokenwise.activate(activation, x, y);
    }

    @Override
    public void mixRows(Tensor source, int[] rows, float[] weights, Tensor y) {
        Checks.mixRows(source, rows, weights, y);
        tensorsChange();
        tokenwise.mixRows(source, rows, weights, y);
    }

    @Override
    public void add(Tensor x, Tensor y) {
        Checks.sameShape(x, y);
        tensorsChange();
        tokenwise.add(x, y);
    }

    @Override
    public void fakeQuantize(Tensor x, RowGrid grid, Tensor levels, Tensor scales, Tensor zeros, Tensor y) {
        Checks.fakeQuantize(x, grid, levels, scales, zeros, y);
        tensorsChange();
        tokenwise.fakeQuantize(x, grid, levels, scales, zeros, y);
    }

    @Override
    public IntegerOperators integers() {
        tensorsChange();
        return new HostIntegerOperators(rows);
    }

    @Override
    public void hadamard(Tensor x, Tensor base, int order, int stride) {
        Checks.hadamard(x, base, order, stride);
        tensorsChange();
        tokenwise.hadamard(x, base, order, stride);
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
