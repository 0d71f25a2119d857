package org.bitrank.kernels.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
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
 * The oracle: every operation as its definition reads, one number at a time, summed in float64. Products see their
 * operands rounded to the compute type.
 */
public final class ReferenceBackend implements Backend {
    private final ComputeType computeType;

    public ReferenceBackend(ComputeType computeType) {
        this.computeType = computeType;
    }

    @Override
    public DeviceInfo device() {
        return new DeviceInfo("reference", Processor.name(), 1, Processor.memoryBytes(), "scalar");
    }

    @Override
    public ComputeType computeType() {
        return computeType;
    }

    @Override
    public Tensor allocate(DType dtype, Shape shape) {
        return HostTensor.allocate(dtype, shape);
    }

    @Override
    public Tensor upload(MemorySegment source, DType dtype, Shape shape) {
        return HostTensor.upload(source, dtype, shape);
    }

    @Override
    public void download(Tensor source, MemorySegment target) {
        HostTensor.download(source, target);
    }

    @Override
    public void gatherRows(Tensor source, int[] sourceRows, Tensor target) {
        Checks.gatherRows(source, sourceRows, target);
        long bytes = source.columns() * source.dtype().bytes();
        for (int i = 0; i < sourceRows.length; i++) {
            long from = HostTensor.address(source) + sourceRows[i] * bytes;
            MemorySegment.copy(Memory.ALL, from, Memory.ALL, HostTensor.address(target) + i * bytes, bytes);
        }
    }

    @Override
    public void scatterRows(Tensor source, int[] targetRows, Tensor target) {
        Checks.scatterRows(source, targetRows, target);
        long bytes = source.columns() * source.dtype().bytes();
        for (int i = 0; i < targetRows.length; i++) {
            long to = HostTensor.address(target) + targetRows[i] * bytes;
            MemorySegment.copy(Memory.ALL, HostTensor.address(source) + i * bytes, Memory.ALL, to, bytes);
        }
    }

    private record Weight(HostTensor values) implements PackedMatrix {
        @Override
        public int outputs() {
            return (int) values.rows();
        }

        @Override
        public int inputs() {
            return (int) values.columns();
        }

        @Override
        public long bytes() {
            return HostTensor.bytes(values);
        }

        @Override
        public void close() {
            values.close();
        }
    }

    @Override
    public PackedMatrix pack(MemorySegment weight, DType dtype, int outputs, int inputs) {
        Checks.weight(weight, dtype, outputs, inputs);
        HostTensor values = HostTensor.allocate(DType.FLOAT32, new Shape(outputs, inputs));
        for (long i = 0; i < (long) outputs * inputs; i++) {
            float value = switch (dtype) {
                case FLOAT32 -> weight.get(Memory.FLOAT, i * 4);
                case FLOAT16 -> Float.float16ToFloat(weight.get(Memory.SHORT, i * 2));
                case BFLOAT16 -> Numbers.fromBfloat16(weight.get(Memory.SHORT, i * 2));
                case INT32 -> throw new IllegalArgumentException("weights are floating-point numbers");
            };
            set(values, i, Numbers.round(value, computeType));
        }
        return new Weight(values);
    }

    @Override
    public void matmul(Tensor x, PackedMatrix weight, Tensor bias, Tensor y) {
        Checks.matmul(x, weight, bias, y);
        HostTensor w = ((Weight) weight).values();
        int inputs = weight.inputs();
        int outputs = weight.outputs();
        float[] row = new float[inputs];
        for (long t = 0; t < x.rows(); t++) {
            for (int i = 0; i < inputs; i++) {
                row[i] = Numbers.round(get(x, t * inputs + i), computeType);
            }
            for (int o = 0; o < outputs; o++) {
                double sum = bias == null ? 0 : get(bias, o);
                for (int i = 0; i < inputs; i++) {
                    sum += (double) row[i] * get(w, (long) o * inputs + i);
                }
                set(y, t * outputs + o, (float) sum);
            }
        }
    }

    @Override
    public void embed(int[] ids, Tensor table, Tensor y) {
        Checks.embed(ids, table, y);
        long columns = table.columns();
        for (int i = 0; i < ids.length; i++) {
            for (long c = 0; c < columns; c++) {
                set(y, i * columns + c, Numbers.read(HostTensor.address(table), table.dtype(), ids[i] * columns + c));
            }
        }
    }

    @Override
    public void rmsNorm(Tensor x, Tensor gain, float epsilon, Tensor y) {
        Checks.rmsNorm(x, gain, y);
        long width = gain.columns();
        for (long start = 0; start < x.shape().elements(); start += width) {
            double squares = 0;
            for (long i = 0; i < width; i++) {
                double value = get(x, start + i);
                squares += value * value;
            }
            double factor = 1 / Math.sqrt(squares / width + epsilon);
            for (long i = 0; i < width; i++) {
                set(y, start + i, (float) (get(x, start + i) * factor * get(gain, i)));
            }
        }
    }

    @Override
    public void layerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y) {
        Checks.layerNorm(x, gain, bias, y);
        long width = gain.columns();
        for (long start = 0; start < x.shape().elements(); start += width) {
            double mean = 0;
            for (long i = 0; i < width; i++) {
                mean += get(x, start + i) / (double) width;
            }
            double squares = 0;
            for (long i = 0; i < width; i++) {
                double value = get(x, start + i) - mean;
                squares += value * value;
            }
            double factor = 1 / Math.sqrt(squares / width + epsilon);
            for (long i = 0; i < width; i++) {
                double shift = bias == null ? 0 : get(bias, i);
                set(y, start + i, (float) ((get(x, start + i) - mean) * factor * get(gain, i) + shift));
            }
        }
    }

    @Override
    public void rotate(Tensor x, int headSize, int[] positions, Tensor cos, Tensor sin) {
        Checks.rotate(x, headSize, positions, cos, sin);
        long half = cos.columns();
        for (int t = 0; t < positions.length; t++) {
            for (long head = 0; head < x.columns(); head += headSize) {
                for (long i = 0; i < half; i++) {
                    long first = t * x.columns() + head + i;
                    double c = get(cos, positions[t] * half + i);
                    double s = get(sin, positions[t] * half + i);
                    double a = get(x, first);
                    double b = get(x, first + half);
                    set(x, first, (float) (a * c - b * s));
                    set(x, first + half, (float) (b * c + a * s));
                }
            }
        }
    }

    @Override
    public void attention(Tensor q, Tensor k, Tensor v, AttentionShape shape, AttentionRun[] runs, Tensor y) {
        Checks.attention(q, k, v, shape, runs, y);
        for (AttentionRun run : runs) {
            int[] keyRows = keyRows(run);
            for (int i = 0; i < run.queryCount(); i++) {
                int last = shape.lastKey(run, i);
                int first = shape.window() == 0 ? 0 : Math.max(0, last - shape.window() + 1);
                for (int head = 0; head < shape.heads(); head++) {
                    attend(q, k, v, shape, head, run.queryStart() + i, keyRows, first, last, y);
                }
            }
        }
    }

    private static void attend(Tensor q, Tensor k, Tensor v, AttentionShape shape, int head, int query,
            int[] keyRows, int first, int last, Tensor y) {
        int size = shape.headSize();
        long queryAt = query * q.columns() + (long) head * size;
        long keyAt = (long) (head / (shape.heads() / shape.keyHeads())) * size;
        double[] weights = new double[last - first + 1];
        double max = Double.NEGATIVE_INFINITY;
        for (int j = first; j <= last; j++) {
            double score = 0;
            for (int i = 0; i < size; i++) {
                score += (double) get(q, queryAt + i) * get(k, keyRows[j] * k.columns() + keyAt + i);
            }
            weights[j - first] = score * shape.scale() - (double) shape.slope(head) * (last - j);
            max = Math.max(max, weights[j - first]);
        }
        double total = 0;
        for (int j = 0; j < weights.length; j++) {
            weights[j] = Math.exp(weights[j] - max);
            total += weights[j];
        }
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int j = first; j <= last; j++) {
                sum += weights[j - first] * get(v, keyRows[j] * v.columns() + keyAt + i);
            }
            set(y, queryAt + i, (float) (sum / total));
        }
    }

    private static int[] keyRows(AttentionRun run) {
        int[] rows = new int[run.keyCount()];
        int n = 0;
        for (int span = 0; span < run.spanStart().length; span++) {
            for (int i = 0; i < run.spanLength()[span]; i++) {
                rows[n++] = run.spanStart()[span] + i;
            }
        }
        return rows;
    }

    @Override
    public void swiglu(Tensor gate, Tensor up, Tensor y) {
        Checks.sameShape(gate, up);
        Checks.sameShape(gate, y);
        for (long i = 0; i < gate.shape().elements(); i++) {
            double g = get(gate, i);
            set(y, i, (float) (g / (1 + Math.exp(-g)) * get(up, i)));
        }
    }

    @Override
    public void activate(Activation activation, Tensor x, Tensor y) {
        Checks.sameShape(x, y);
        for (long i = 0; i < x.shape().elements(); i++) {
            double value = get(x, i);
            set(y, i, (float) switch (activation) {
                case SILU -> value / (1 + Math.exp(-value));
                case RELU -> Math.max(value, 0);
                case GELU -> value * Numbers.normalDistribution(value);
                case QUICK_GELU -> value / (1 + Math.exp(-1.702 * value));
                case GELU_TANH -> value / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value * value * value)));
            });
        }
    }

    @Override
    public void mixRows(Tensor source, int[] rows, float[] weights, Tensor y) {
        Checks.mixRows(source, rows, weights, y);
        int many = y.rows() == 0 ? 0 : (int) (rows.length / y.rows());
        for (int i = 0; i < y.rows(); i++) {
            for (long c = 0; c < y.columns(); c++) {
                double sum = 0;
                for (int j = i * many; j < (i + 1) * many; j++) {
                    sum += (double) weights[j] * get(source, rows[j] * y.columns() + c);
                }
                set(y, i * y.columns() + c, (float) sum);
            }
        }
    }

    @Override
    public void add(Tensor x, Tensor y) {
        Checks.sameShape(x, y);
        for (long i = 0; i < x.shape().elements(); i++) {
            set(y, i, get(y, i) + get(x, i));
        }
    }

    @Override
    public void fakeQuantize(Tensor x, RowGrid grid, Tensor levels, Tensor scales, Tensor zeros, Tensor y) {
        Checks.fakeQuantize(x, grid, levels, scales, zeros, y);
        int columns = (int) x.columns();
        int group = grid.groupIn(columns);
        for (long row = 0; row < x.rows(); row++) {
            for (int from = 0; from < columns; from += group) {
                int to = Math.min(columns, from + group);
                float[] found = scales == null ? foundScale(x, grid, levels, row * columns + from, row * columns + to) : null;
                for (int column = from; column < to; column++) {
                    long given = scales == null || scales.columns() == 1 ? 0 : column;
                    float scale = found == null ? get(scales, given) : found[0];
                    float zero = found == null ? (zeros == null ? 0 : get(zeros, given)) : found[1];
                    long at = row * columns + column;
                    set(y, at, rounded(get(x, at), grid, levels, scale, zero));
                }
            }
        }
    }

    /** Scale and zero point of the numbers {@code from .. to - 1}. */
    private static float[] foundScale(Tensor x, RowGrid grid, Tensor levels, long from, long to) {
        float low = 0;
        float high = 0;
        for (long i = from; i < to; i++) {
            float value = get(x, i);
            if (Math.abs(value) < grid.outlier()) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }
        if (grid.symmetric()) {
            float largest = levels == null ? grid.highest() : get(levels, 2 * levels.columns() - 1);
            float scale = grid.clip() * Math.max(-low, high) / largest;
            return new float[] {grid.global() == 0 ? scale : Numbers.roundE4m3(grid.global() * scale) / grid.global(), 0};
        }
        low = grid.clip() * low;
        float scale = (grid.clip() * high - low) / grid.highest();
        return new float[] {scale, scale == 0 ? 0 : (float) Math.rint(-low / scale)};
    }

    private static float rounded(float value, RowGrid grid, Tensor levels, float scale, float zero) {
        if (Math.abs(value) >= grid.outlier()) {
            return value;
        }
        if (scale == 0) {
            return 0;
        }
        if (levels == null) {
            return (float) Math.rint(Math.max(grid.lowest() - zero, Math.min(grid.highest() - zero, value / scale))) * scale;
        }
        int level = (int) levels.columns() - 1;
        while (level > 0 && !(Math.abs(value / scale) >= get(levels, level))) {
            level--;
        }
        return Math.copySign(get(levels, levels.columns() + level) * scale, value);
    }

    @Override
    public IntegerOperators integers() {
        return HostIntegerOperators.serial();
    }

    @Override
    public void hadamard(Tensor x, Tensor base, int order, int stride) {
        Checks.hadamard(x, base, order, stride);
        int k = (int) base.rows();
        int power = order / k;
        for (long run = 0; run < x.shape().elements(); run += (long) order * stride) {
            for (int lane = 0; lane < stride; lane++) {
                var from = new double[order];
                for (int i = 0; i < order; i++) {
                    from[i] = get(x, run + (long) i * stride + lane);
                }
                for (int i = 0; i < order; i++) {
                    double sum = 0;
                    for (int j = 0; j < order; j++) {
                        int sign = Integer.bitCount((i % power) & (j % power)) % 2 == 0 ? 1 : -1;
                        sum += sign * get(base, (long) (i / power) * k + j / power) * from[j];
                    }
                    set(x, run + (long) i * stride + lane, (float) (sum / Math.sqrt(order)));
                }
            }
        }
    }

    @Override
    public void targetLogProbs(Tensor hidden, PackedMatrix head, int[] targets, float[] logProbs, int[] argmax) {
        Checks.targetLogProbs(hidden, head, targets, logProbs, argmax);
        for (int row = 0; row < targets.length; row++) {
            float[] logits = logits(hidden, head, row);
            logProbs[row] = (float) (logits[targets[row]] - logSumExp(logits));
            argmax[row] = argmax(logits);
        }
    }

    @Override
    public void compareDistributions(
            Tensor baseHidden, PackedMatrix baseHead, Tensor hidden, PackedMatrix head, int[] targets, Distributions out) {
        Checks.compareDistributions(baseHidden, baseHead, hidden, head, targets, out);
        targetLogProbs(hidden, head, targets, out.logProbs(), out.argmax());
        targetLogProbs(baseHidden, baseHead, targets, out.baseLogProbs(), out.baseArgmax());
        for (int row = 0; row < targets.length; row++) {
            float[] base = logits(baseHidden, baseHead, row);
            float[] model = logits(hidden, head, row);
            double baseTotal = logSumExp(base);
            double modelTotal = logSumExp(model);
            double divergence = 0;
            for (int i = 0; i < base.length; i++) {
                double logBase = base[i] - baseTotal;
                divergence += Math.exp(logBase) * (logBase - (model[i] - modelTotal));
            }
            out.divergence()[row] = (float) Math.max(0, divergence);
            List<Integer> baseTop = top(base);
            out.topShared()[row] = (int) top(model).stream().filter(baseTop::contains).count();
        }
    }

    private float[] logits(Tensor hidden, PackedMatrix head, int row) {
        try (Tensor y = allocate(DType.FLOAT32, Shape.vector(head.outputs()))) {
            matmul(hidden.rows(row, 1), head, null, y);
            return download(y);
        }
    }

    private static double logSumExp(float[] logits) {
        double max = logits[argmax(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        return max + Math.log(sum);
    }

    private static List<Integer> top(float[] logits) {
        return IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(token -> -logits[token]))
                .limit(Distributions.TOP)
                .toList();
    }

    private static int argmax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public void gram(Tensor x, float factor, Tensor h) {
        Checks.gram(x, h);
        long n = x.columns();
        for (long i = 0; i < n; i++) {
            for (long j = 0; j < n; j++) {
                double sum = 0;
                for (long t = 0; t < x.rows(); t++) {
                    sum += (double) get(x, t * n + i) * get(x, t * n + j);
                }
                set(h, i * n + j, (float) (get(h, i * n + j) + factor * sum));
            }
        }
    }

    @Override
    public void crossGram(Tensor a, Tensor b, float factor, Tensor h) {
        Checks.crossGram(a, b, h);
        long m = a.columns();
        long n = b.columns();
        for (long i = 0; i < m; i++) {
            for (long j = 0; j < n; j++) {
                double sum = 0;
                for (long t = 0; t < a.rows(); t++) {
                    sum += (double) get(a, t * m + i) * get(b, t * n + j);
                }
                set(h, i * n + j, (float) (get(h, i * n + j) + factor * sum));
            }
        }
    }

    @Override
    public void inverseCholesky(Tensor h) {
        Checks.inverseCholesky(h);
        int n = Math.toIntExact(h.rows());
        // h^-1 = U^T U with U upper. Read backwards (both axes reversed), the lower factor of h is the inverse of U.
        double[][] lower = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = get(h, (long) (n - 1 - i) * n + (n - 1 - j));
                for (int p = 0; p < j; p++) {
                    sum -= lower[i][p] * lower[j][p];
                }
                if (i == j && !(sum > 0)) {
                    throw BitRankException.numerical(
                            "the matrix is not positive definite (pivot of column %d); raise the damping"
                                    .formatted(n - 1 - i));
                }
                lower[i][j] = i == j ? Math.sqrt(sum) : sum / lower[j][j];
            }
        }
        double[][] inverse = invertLower(lower);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                set(h, (long) i * n + j, (float) inverse[n - 1 - i][n - 1 - j]);
            }
        }
    }

    private static double[][] invertLower(double[][] lower) {
        int n = lower.length;
        double[][] inverse = new double[n][n];
        for (int j = 0; j < n; j++) {
            inverse[j][j] = 1 / lower[j][j];
            for (int i = j + 1; i < n; i++) {
                double sum = 0;
                for (int p = j; p < i; p++) {
                    sum += lower[i][p] * inverse[p][j];
                }
                inverse[i][j] = -sum / lower[i][i];
            }
        }
        return inverse;
    }

    private static float get(Tensor tensor, long index) {
        return Memory.ALL.get(Memory.FLOAT, HostTensor.address(tensor) + index * 4);
    }

    private static void set(Tensor tensor, long index, float value) {
        Memory.ALL.set(Memory.FLOAT, HostTensor.address(tensor) + index * 4, value);
    }

    @Override
    public void close() {
        // Tensors own their memory; the oracle itself holds nothing.
    }
}
