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
    /** Rows of logits held at a time: with a vocabulary of 128 k that is 128 MiB. */
    private static final int LOGIT_ROWS = 256;

    private final CudaDevice device;
    private final ComputeType computeType;
    private final CudaKernels kernels;
    private final Cublas cublas;
    /** Opened when first needed: only calibration wants it. */
    private Cusolver solver;

    private final Scratch indices;
    private final Scratch input;
    private final Scratch logits;
    private final Scratch baseLogits;
    private final Scratch results;

    private CudaBackend(CudaDevice device, ComputeType computeType) {
        this.device = device;
        this.computeType = computeType;
        kernels = new CudaKernels(device);
        cublas = new Cublas(device.streamHandle());
        indices = new Scratch(device);
        input = new Scratch(device);
        logits = new Scratch(device);
        baseLogits = new Scratch(device);
        results = new Scratch(device);
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
        kernels.launch("gather_rows", sourceRows.length, 1, 0, onDevice(sourceRows), address(source), halves(source), address(target));
    }

    @Override
    public void scatterRows(Tensor source, int[] targetRows, Tensor target) {
        Checks.scatterRows(source, targetRows, target);
        kernels.launch("scatter_rows", targetRows.length, 1, 0, onDevice(targetRows), address(source), halves(source), address(target));
    }

    // -- the forward pass --------------------------------------------------------------------------------------------

    @Override
    public PackedMatrix pack(MemorySegment weight, DType dtype, int outputs, int inputs) {
        Checks.weight(weight, dtype, outputs, inputs);
        long elements = (long) outputs * inputs;
        var packed = device.allocate(elements * compute().bytes());
        var stored = weight.asSlice(0, elements * dtype.bytes());
        if (dtype == compute()) {
            device.toDevice(stored, packed, 0);
        } else {
            var raw = device.allocate(stored.byteSize());
            device.toDevice(stored, raw, 0);
            convert(raw.address(), dtype, elements, packed.address(), compute());
            device.free(raw);
        }
        return new CudaPackedMatrix(device, packed, outputs, inputs);
    }

    @Override
    public void matmul(Tensor x, PackedMatrix weight, Tensor bias, Tensor y) {
        Checks.matmul(x, weight, bias, y);
        if (x.rows() == 0) {
            return;
        }
        product(address(x), (int) x.rows(), (CudaPackedMatrix) weight, address(y));
        if (bias != null) {
            kernels.launch("add_bias", (int) y.rows(), 1, 0, address(bias), (int) y.columns(), address(y));
        }
    }

    /** {@code y = x W^T}: to cuBLAS, which counts by columns, {@code y^T = W x^T}. */
    private void product(long x, int rows, CudaPackedMatrix weight, long y) {
        long source = x;
        if (compute() != DType.FLOAT32) {
            long elements = (long) rows * weight.inputs();
            source = input.atLeast(elements * compute().bytes()).address();
            convert(x, DType.FLOAT32, elements, source, compute());
        }
        device.makeCurrent();
        cublas.multiply(
                Cublas.TRANSPOSED, Cublas.NOT_TRANSPOSED, weight.outputs(), rows, weight.inputs(), 1, weight.address(),
                weight.inputs(), source, weight.inputs(), compute() == DType.BFLOAT16, 0, y, weight.outputs());
    }

    @Override
    public void embed(int[] ids, Tensor table, Tensor y) {
        Checks.embed(ids, table, y);
        kernels.launch("embed", ids.length, 1, 0, onDevice(ids), address(table), code(table.dtype()), (int) table.columns(), address(y));
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
        kernels.launch("rotate", positions.length, (int) x.columns() / headSize, 0, address(x), onDevice(positions), address(cos),
                address(sin), (int) cos.columns(), headSize, (int) x.columns());
    }

    @Override
    public void attention(Tensor q, Tensor k, Tensor v, AttentionShape shape, AttentionRun[] runs, Tensor y) {
        Checks.attention(q, k, v, shape, runs, y);
        Checks.require(shape.headSize() <= 4 * CudaKernels.BLOCK, "head size %d is more than %d", shape.headSize(), 4 * CudaKernels.BLOCK);
        var tables = AttentionTables.of(runs, shape.slopes());
        int queries = tables.queries().length;
        long queryRows = onDevice(tables.joined());
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
        long rowTable = onDevice(table);
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
        var matrix = (CudaPackedMatrix) head;
        for (int from = 0; from < targets.length; from += LOGIT_ROWS) {
            int rows = Math.min(LOGIT_ROWS, targets.length - from);
            long scores = logitsOf(hidden, matrix, from, rows, logits);
            var out = results.atLeast(8L * rows);
            kernels.launch("target_log_probs", rows, 1, 0, scores, matrix.outputs(), onDevice(slice(targets, from, rows)), out.address(),
                    out.address() + 4L * rows);
            copyFloats(out, 0, logProbs, from, rows);
            copyInts(out, 1, argmax, from, rows);
        }
    }

    @Override
    public void compareDistributions(
            Tensor baseHidden, PackedMatrix baseHead, Tensor hidden, PackedMatrix head, int[] targets, Distributions out) {
        Checks.compareDistributions(baseHidden, baseHead, hidden, head, targets, out);
        for (int from = 0; from < targets.length; from += LOGIT_ROWS) {
            int rows = Math.min(LOGIT_ROWS, targets.length - from);
            long baseScores = logitsOf(baseHidden, (CudaPackedMatrix) baseHead, from, rows, baseLogits);
            long scores = logitsOf(hidden, (CudaPackedMatrix) head, from, rows, logits);
            var memory = results.atLeast(24L * rows);
            long at = memory.address();
            long step = 4L * rows;
            kernels.launch("compare_distributions", rows, 1, 0, baseScores, scores, head.outputs(), onDevice(slice(targets, from, rows)),
                    at, at + step, at + 2 * step, at + 3 * step, at + 4 * step, at + 5 * step);
            copyFloats(memory, 0, out.logProbs(), from, rows);
            copyInts(memory, 1, out.argmax(), from, rows);
            copyFloats(memory, 2, out.baseLogProbs(), from, rows);
            copyInts(memory, 3, out.baseArgmax(), from, rows);
            copyFloats(memory, 4, out.divergence(), from, rows);
            copyInts(memory, 5, out.topShared(), from, rows);
        }
    }

    private long logitsOf(Tensor hidden, CudaPackedMatrix head, int from, int rows, Scratch target) {
        long scores = target.atLeast(4L * rows * head.outputs()).address();
        product(address(hidden) + 4L * from * head.inputs(), rows, head, scores);
        return scores;
    }

    private void copyFloats(CudaDevice.Memory memory, int part, float[] target, int from, int rows) {
        device.toHost(memory, 4L * part * rows, MemorySegment.ofArray(target).asSlice(4L * from, 4L * rows));
    }

    private void copyInts(CudaDevice.Memory memory, int part, int[] target, int from, int rows) {
        device.toHost(memory, 4L * part * rows, MemorySegment.ofArray(target).asSlice(4L * from, 4L * rows));
    }

    private static int[] slice(int[] values, int from, int count) {
        return Arrays.copyOfRange(values, from, from + count);
    }

    // -- calibration -------------------------------------------------------------------------------------------------

    @Override
    public void gram(Tensor x, float factor, Tensor h) {
        Checks.gram(x, h);
        int columns = (int) x.columns();
        device.makeCurrent();
        cublas.multiply(Cublas.NOT_TRANSPOSED, Cublas.TRANSPOSED, columns, columns, (int) x.rows(), factor, address(x), columns,
                address(x), columns, false, 1, address(h), columns);
    }

    @Override
    public void crossGram(Tensor a, Tensor b, float factor, Tensor h) {
        Checks.crossGram(a, b, h);
        int m = (int) a.columns();
        int n = (int) b.columns();
        device.makeCurrent();
        // The library reads columns first: there h^T = b^T a is written.
        cublas.multiply(Cublas.NOT_TRANSPOSED, Cublas.TRANSPOSED, n, m, (int) a.rows(), factor, address(b), n, address(a), m,
                false, 1, address(h), n);
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

    // -- helpers -----------------------------------------------------------------------------------------------------

    private DType compute() {
        return computeType == ComputeType.BFLOAT16 ? DType.BFLOAT16 : DType.FLOAT32;
    }

    private void convert(long source, DType from, long elements, long target, DType to) {
        kernels.overElements("convert", elements, source, code(from), elements, target, code(to));
    }

    private long onDevice(int[] values) {
        var memory = indices.atLeast(4L * values.length);
        device.toDevice(values, memory);
        return memory.address();
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

    /** The number of a type in bitrank.cu. */
    private static int code(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> 0;
            case FLOAT16 -> 1;
            case BFLOAT16 -> 2;
            case INT32 -> throw new IllegalArgumentException("INT32 holds no numbers to convert");
        };
    }

    @Override
    public void close() {
        for (Scratch scratch : new Scratch[] {indices, input, logits, baseLogits, results}) {
            scratch.close();
        }
        if (solver != null) {
            solver.close();
        }
        cublas.close();
        kernels.close();
        device.close();
    }
}
