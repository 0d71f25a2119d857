package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.HostTensor.get;
import static org.bitrank.kernels.cpu.HostTensor.set;

import java.lang.foreign.MemorySegment;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.Backend;
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

    @Override
    public PackedMatrix pack(MemorySegment weight, DType dtype, int outputs, int inputs) {
        Checks.weight(weight, dtype, outputs, inputs);
        return ReferenceWeight.of(weight, dtype, outputs, inputs, computeType);
    }

    @Override
    public void matmul(Tensor x, PackedMatrix weight, Tensor bias, Tensor y) {
        Checks.matmul(x, weight, bias, y);
        HostTensor w = ((ReferenceWeight) weight).values();
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
        new ReferenceAttention(q, k, v, shape, y).attend(runs);
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
        new ReferenceRounding(grid, levels, scales, zeros).round(x, y);
    }

    @Override
    public IntegerOperators integers() {
        return new HostIntegerOperators(Rows.serial());
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
            ReferenceDistribution distribution = distribution(hidden, head, row);
            logProbs[row] = (float) distribution.logProb(targets[row]);
            argmax[row] = distribution.argmax();
        }
    }

    @Override
    public void compareDistributions(
            Tensor baseHidden, PackedMatrix baseHead, Tensor hidden, PackedMatrix head, int[] targets, Distributions out) {
        Checks.compareDistributions(baseHidden, baseHead, hidden, head, targets, out);
        targetLogProbs(hidden, head, targets, out.logProbs(), out.argmax());
        targetLogProbs(baseHidden, baseHead, targets, out.baseLogProbs(), out.baseArgmax());
        for (int row = 0; row < targets.length; row++) {
            ReferenceDistribution base = distribution(baseHidden, baseHead, row);
            ReferenceDistribution model = distribution(hidden, head, row);
            out.divergence()[row] = (float) base.divergence(model);
            out.topShared()[row] = model.topShared(base);
        }
    }

    private ReferenceDistribution distribution(Tensor hidden, PackedMatrix head, int row) {
        try (Tensor y = allocate(DType.FLOAT32, Shape.vector(head.outputs()))) {
            matmul(hidden.rows(row, 1), head, null, y);
            return ReferenceDistribution.of(download(y));
        }
    }

    @Override
    public void gram(Tensor x, float factor, Tensor h) {
        Checks.gram(x, h);
        addProducts(x, x, factor, h);
    }

    @Override
    public void crossGram(Tensor a, Tensor b, float factor, Tensor h) {
        Checks.crossGram(a, b, h);
        addProducts(a, b, factor, h);
    }

    private static void addProducts(Tensor a, Tensor b, float factor, Tensor h) {
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
        ReferenceCholesky.ofInverse(h);
    }

    @Override
    public void close() {
        // Tensors own their memory; the oracle itself holds nothing.
    }
}
