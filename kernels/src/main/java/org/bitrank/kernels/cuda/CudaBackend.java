package org.bitrank.kernels.cuda;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Checks;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.DeviceInfo;
import org.bitrank.kernels.Distributions;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.RowGrid;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** {@link Backend} on one NVIDIA GPU. All work goes to one stream, in order. */
public final class CudaBackend implements Backend {
    private final CudaDevice device;
    private final ComputeType computeType;
    private final CudaKernels kernels;
    private final Indices indices;
    private final CudaProducts products;
    private final CudaHead head;
    /** Opened when first needed: only calibration wants it. */
    private Cusolver solver;

    private CudaBackend(CudaDevice device, ComputeType computeType) {
        this.device = device;
        this.computeType = computeType;
        kernels = new CudaKernels(device);
        indices = new Indices(device);
        products = new CudaProducts(device, kernels, computeType);
        head = new CudaHead(device, kernels, products, indices);
    }

    /**
     * Opens GPU {@code number}, counted from 0. Throws {@code BitRankException} of class UNSUPPORTED when there is none, or no
     * driver, cuBLAS or NVRTC.
     */
    public static CudaBackend open(int number, ComputeType computeType) {
        var device = new CudaDevice(number);
        try {
            return new CudaBackend(device, computeType);
        } catch (RuntimeException failure) {
            device.close();
            throw failure;
        }
    }

    @Override
    public DeviceInfo device() {
        return device.info(computeType);
    }

    @Override
    public ComputeType computeType() {
        return computeType;
    }

    // -- memory ------------------------------------------------------------------------------------------------------

    @Override
    public Tensor allocate(DType dtype, Shape shape) {
        var memory = device.allocate(shape.elements() * dtype.bytes());
        device.clear(memory);
        return new CudaTensor(device, memory, dtype, shape);
    }

    @Override
    public Tensor upload(MemorySegment source, DType dtype, Shape shape) {
        long bytes = shape.elements() * dtype.bytes();
        Checks.require(source.byteSize() >= bytes, "%d bytes for %s %s", source.byteSize(), dtype, shape);
        var memory = device.allocate(bytes);
        device.toDevice(source.asSlice(0, bytes), memory, 0);
        return new CudaTensor(device, memory, dtype, shape);
    }

    @Override
    public void download(Tensor source, MemorySegment target) {
        long bytes = source.shape().elements() * source.dtype().bytes();
        Checks.require(target.byteSize() >= bytes, "%d bytes of room for %s %s", target.byteSize(), source.dtype(), source.shape());
        device.toHost(cuda(source).memory(), cuda(source).offset(), target.asSlice(0, bytes));
    }

    @Override
    public void gatherRows(Tensor source, int[] sourceRows, Tensor target) {
        Checks.gatherRows(source, sourceRows, target);
        kernels.launch("gather_rows", sourceRows.length, 1, 0, indices.onDevice(sourceRows), address(source), halves(source), address(target));
    }

    @Override
    public void scatterRows(Tensor source, int[] targetRows, Tensor target) {
        Checks.scatterRows(source, targetRows, target);
        kernels.launch("scatter_rows", targetRows.length, 1, 0, indices.onDevice(targetRows), address(source), halves(source), address(target));
    }

    // -- the forward pass --------------------------------------------------------------------------------------------

    @Override
    public PackedMatrix pack(MemorySegment weight, DType dtype, int outputs, int inputs) {
        Checks.weight(weight, dtype, outputs, inputs);
        return products.pack(weight, dtype, outputs, inputs);
    }

    @Override
    public void matmul(Tensor x, PackedMatrix weight, Tensor bias, Tensor y) {
        Checks.matmul(x, weight, bias, y);
        if (x.rows() == 0) {
            return;
        }
        products.multiply(address(x), (int) x.rows(), (CudaPackedMatrix) weight, address(y));
        if (bias != null) {
            kernels.launch("add_bias", (int) y.rows(), 1, 0, address(bias), (int) y.columns(), address(y));
        }
    }

    @Override
    public void embed(int[] ids, Tensor table, Tensor y) {
        Checks.embed(ids, table, y);
        kernels.launch("embed", ids.length, 1, 0, indices.onDevice(ids), address(table), CudaKernels.code(table.dtype()), (int) table.columns(), address(y));
    }

    @Override
    public void rmsNorm(Tensor x, Tensor gain, float epsilon, Tensor y) {
        Checks.rmsNorm(x, gain, y);
        int runs = Math.toIntExact(x.rows() * (x.columns() / gain.columns()));
        kernels.launch("rms_norm", runs, 1, 0, address(x), address(gain), (int) gain.columns(), epsilon, address(y));
    }

    @Override
    public void layerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y) {
        Checks.layerNorm(x, gain, bias, y);
        int runs = Math.toIntExact(x.rows() * (x.columns() / gain.columns()));
        kernels.launch("layer_norm", runs, 1, 0, address(x), address(gain), bias == null ? 0L : address(bias), (int) gain.columns(),
                epsilon, address(y));
    }

    @Override
    public void rotate(Tensor x, int headSize, int[] positions, Tensor cos, Tensor sin) {
        Checks.rotate(x, headSize, positions, cos, sin);
        kernels.launch("rotate", positions.length, (int) x.columns() / headSize, 0, address(x), indices.onDevice(positions), address(cos),
                address(sin), (int) cos.columns(), headSize, (int) x.columns());
    }

    @Override
    public void attention(Tensor q, Tensor k, Tensor v, AttentionShape shape, AttentionRun[] runs, Tensor y) {
        Checks.attention(q, k, v, shape, runs, y);
        Checks.require(shape.headSize() <= 4 * CudaKernels.BLOCK, "head size %d is more than %d", shape.headSize(), 4 * CudaKernels.BLOCK);
        var tables = AttentionTables.of(runs, shape.slopes());
        int queries = tables.queries().length;
        long queryRows = indices.onDevice(tables.joined());
        long runOfQuery = queryRows + 4L * queries;
        long runTable = runOfQuery + 4L * queries;
        long spans = runTable + 4L * tables.runs().length;
        long slopes = shape.slopes() == null ? 0 : spans + 4L * tables.spans().length;
        int shared = 4 * (shape.headSize() + 2 * CudaKernels.BLOCK);
        kernels.launch("attention", queries, shape.heads(), shared, address(q), address(k), address(v), runOfQuery, queryRows, runTable,
                spans, slopes, shape.heads(), shape.keyHeads(), shape.headSize(), shape.scale(), shape.window(), shape.causal() ? 1 : 0, address(y));
    }

    @Override
    public void swiglu(Tensor gate, Tensor up, Tensor y) {
        Checks.sameShape(gate, up);
        Checks.sameShape(gate, y);
        kernels.overElements("swiglu", gate.shape().elements(), address(gate), address(up), gate.shape().elements(), address(y));
    }

    @Override
    public void activate(Activation activation, Tensor x, Tensor y) {
        Checks.sameShape(x, y);
        String kernel = switch (activation) {
            case SILU -> "silu";
            case RELU -> "relu";
            case GELU -> "gelu";
            case GELU_TANH -> "gelu_tanh";
            case QUICK_GELU -> "quick_gelu";
        };
        kernels.overElements(kernel, x.shape().elements(), address(x), x.shape().elements(), address(y));
    }

    @Override
    public void mixRows(Tensor source, int[] rows, float[] weights, Tensor y) {
        Checks.mixRows(source, rows, weights, y);
        if (y.rows() == 0) {
            return;
        }
        var table = Arrays.copyOf(rows, 2 * rows.length);
        for (int i = 0; i < weights.length; i++) {
            table[rows.length + i] = Float.floatToRawIntBits(weights[i]);
        }
        long rowTable = indices.onDevice(table);
        kernels.launch("mix_rows", (int) y.rows(), 1, 0, address(source), rowTable, rowTable + 4L * rows.length,
                (int) (rows.length / y.rows()), (int) y.columns(), address(y));
    }

    @Override
    public void add(Tensor x, Tensor y) {
        Checks.sameShape(x, y);
        kernels.overElements("add", x.shape().elements(), address(x), x.shape().elements(), address(y));
    }

    // -- simulated quantization --------------------------------------------------------------------------------------

    @Override
    public void fakeQuantize(Tensor x, RowGrid grid, Tensor levels, Tensor scales, Tensor zeros, Tensor y) {
        Checks.fakeQuantize(x, grid, levels, scales, zeros, y);
        int columns = (int) x.columns();
        int group = grid.groupIn(columns);
        kernels.launch("fake_quantize", Math.toIntExact(x.rows()), (columns + group - 1) / group, 0, address(x), columns, group,
                grid.lowest(), grid.highest(), grid.symmetric() ? 1 : 0, grid.clip(), grid.outlier(), grid.global(),
                addressOrNull(levels), levels == null ? 0 : (int) levels.columns(),
                addressOrNull(scales), scales == null || scales.columns() == 1 ? 0 : 1, addressOrNull(zeros), address(y));
    }

    private static long addressOrNull(Tensor tensor) {
        return tensor == null ? 0L : address(tensor);
    }

    @Override
    public void hadamard(Tensor x, Tensor base, int order, int stride) {
        Checks.hadamard(x, base, order, stride);
        Checks.require(base.rows() <= CudaKernels.BLOCK, "a base of %d rows is more than %d", base.rows(), CudaKernels.BLOCK);
        int runs = (int) (x.columns() / ((long) order * stride));
        kernels.launch("hadamard", Math.toIntExact(x.rows()), runs, 0, address(x), (int) x.columns(), address(base), (int) base.rows(),
                order, stride);
    }

    // -- the language-model head -------------------------------------------------------------------------------------

    @Override
    public void targetLogProbs(Tensor hidden, PackedMatrix head, int[] targets, float[] logProbs, int[] argmax) {
        Checks.targetLogProbs(hidden, head, targets, logProbs, argmax);
        this.head.targetLogProbs(address(hidden), (CudaPackedMatrix) head, targets, logProbs, argmax);
    }

    @Override
    public void compareDistributions(
            Tensor baseHidden, PackedMatrix baseHead, Tensor hidden, PackedMatrix head, int[] targets, Distributions out) {
        Checks.compareDistributions(baseHidden, baseHead, hidden, head, targets, out);
        this.head.compareDistributions(
                address(baseHidden), (CudaPackedMatrix) baseHead, address(hidden), (CudaPackedMatrix) head, targets, out);
    }

    // -- calibration -------------------------------------------------------------------------------------------------

    @Override
    public void gram(Tensor x, float factor, Tensor h) {
        Checks.gram(x, h);
        products.crossGram(address(x), address(x), (int) x.rows(), (int) x.columns(), (int) x.columns(), factor, address(h));
    }

    @Override
    public void crossGram(Tensor a, Tensor b, float factor, Tensor h) {
        Checks.crossGram(a, b, h);
        products.crossGram(address(a), address(b), (int) a.rows(), (int) a.columns(), (int) b.columns(), factor, address(h));
    }

    @Override
    public void inverseCholesky(Tensor h) {
        Checks.inverseCholesky(h);
        int n = Math.toIntExact(h.rows());
        if (solver == null) {
            solver = new Cusolver(device);
        }
        var wide = device.allocate(8L * n * n);
        try {
            kernels.overElements("to_double", (long) n * n, address(h), (long) n * n, wide.address());
            solver.inverseCholesky(wide.address(), n);
            kernels.launch("upper_to_float", n, 1, 0, wide.address(), n, address(h));
        } finally {
            device.free(wide);
        }
    }

    private static CudaTensor cuda(Tensor tensor) {
        return (CudaTensor) tensor;
    }

    private static long address(Tensor tensor) {
        return cuda(tensor).address();
    }

    private static int halves(Tensor tensor) {
        return Math.toIntExact(tensor.columns() * tensor.dtype().bytes() / 2);
    }

    @Override
    public void close() {
        head.close();
        products.close();
        indices.close();
        if (solver != null) {
            solver.close();
        }
        kernels.close();
        device.close();
    }
}
