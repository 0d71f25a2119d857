package org.bitrank.kernels;

import java.lang.foreign.MemorySegment;

/**
 * The vocabulary of operations, all on row-major matrices in one device's memory.
 *
 * <p>Activations are {@link DType#FLOAT32}; {@code T} is the number of tokens in flight, whatever sequences they belong
 * to. Operations check their shapes ({@link IllegalArgumentException}) and are ordered: one that reads what another
 * wrote sees it. Results do not depend on how many threads ran, and the result for a token does not depend on which
 * other tokens are in the batch. A back end is used by one thread at a time.
 */
public interface Backend extends AutoCloseable {
    DeviceInfo device();

    /** The type in which {@link #pack} stores weights and {@link #matmul} multiplies. */
    ComputeType computeType();

    // -- memory ------------------------------------------------------------------------------------------------------

    /** New zeroed memory. Throws {@link BitRankException} of class OUT_OF_MEMORY when the device has none left. */
    Tensor allocate(DType dtype, Shape shape);

    /** Copies {@code source} (host memory, {@code shape.elements()} little-endian elements) to the device. */
    Tensor upload(MemorySegment source, DType dtype, Shape shape);

    /** Copies a tensor to host memory of at least its size. */
    void download(Tensor source, MemorySegment target);

    /** Convenience: a float32 tensor of these values. */
    default Tensor upload(float[] values, Shape shape) {
        if (values.length != shape.elements()) {
            throw new IllegalArgumentException(values.length + " values for shape " + shape);
        }
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            var segment = arena.allocate(Math.max(4L, values.length * 4L), 64);
            MemorySegment.copy(values, 0, segment, java.lang.foreign.ValueLayout.JAVA_FLOAT, 0, values.length);
            return upload(segment, DType.FLOAT32, shape);
        }
    }

    /** Convenience: the values of a float32 tensor. */
    default float[] download(Tensor source) {
        var values = new float[Math.toIntExact(source.shape().elements())];
        download(source, values);
        return values;
    }

    /** Convenience: the values of a float32 tensor, into the first places of an array at least as long. */
    default void download(Tensor source, float[] values) {
        int n = Math.toIntExact(source.shape().elements());
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            var segment = arena.allocate(Math.max(4L, n * 4L), 64);
            download(source, segment);
            MemorySegment.copy(segment, java.lang.foreign.ValueLayout.JAVA_FLOAT, 0, values, 0, n);
        }
    }

    /** Copies rows {@code sourceRows[i]} of {@code source} to row {@code i} of {@code target}. */
    void gatherRows(Tensor source, int[] sourceRows, Tensor target);

    /** Copies row {@code i} of {@code source} to row {@code targetRows[i]} of {@code target} (a key/value cache). */
    void scatterRows(Tensor source, int[] targetRows, Tensor target);

    // -- the forward pass --------------------------------------------------------------------------------------------

    /**
     * Packs a weight {@code [outputs, inputs]} of dtype float32, float16 or bfloat16 given in host memory (often a mapped
     * file), rounding to {@link #computeType()} to nearest even.
     */
    PackedMatrix pack(MemorySegment weight, DType dtype, int outputs, int inputs);

    /** {@code y[T, outputs] = x[T, inputs] * W^T + bias}; {@code bias} is a float32 vector or null. */
    void matmul(Tensor x, PackedMatrix weight, Tensor bias, Tensor y);

    /** {@code y[i] = table[ids[i]]}, widened to float32; the table is float32, float16 or bfloat16. */
    void embed(int[] ids, Tensor table, Tensor y);

    /**
     * {@code y = x / sqrt(mean(x^2) + epsilon) * gain}, the mean over runs of {@code gain.columns()} neighbouring columns
     * (so a gain of head size normalises every head by itself). {@code x} and {@code y} may be the same tensor.
     */
    void rmsNorm(Tensor x, Tensor gain, float epsilon, Tensor y);

    /**
     * {@code y = (x - mean(x)) / sqrt(variance(x) + epsilon) * gain + bias}, mean and variance over runs of
     * {@code gain.columns()} neighbouring columns; {@code bias} may be null. {@code x} and {@code y} may be the same tensor.
     */
    void layerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y);

    /**
     * Rotary position embedding in place, half-rotation (Hugging Face) convention: in every head, elements {@code i} and
     * {@code i + half}, {@code half = cos.columns()}, turn by the angle of row {@code positions[t]} of the tables
     * {@code cos}, {@code sin} (float32, {@code [maxPosition, half]}). Elements from {@code 2 * half} on stay as they are.
     *
     * @param headSize elements of a head, {@code 2 * half} or more
     */
    void rotate(Tensor x, int headSize, int[] positions, Tensor cos, Tensor sin);

    /** The same of whole heads, {@code headSize = 2 * cos.columns()}. */
    default void rotate(Tensor x, int[] positions, Tensor cos, Tensor sin) {
        rotate(x, Math.toIntExact(2 * cos.columns()), positions, cos, sin);
    }

    /**
     * Attention {@code y = softmax(scale * q k^T) v} over the keys that {@code shape} and {@code runs} let a query see.
     *
     * @param q {@code [T, heads * headSize]}
     * @param k {@code [slots, keyHeads * headSize]}
     * @param v like {@code k}
     * @param y like {@code q}; memory beyond it is O(T)
     */
    void attention(Tensor q, Tensor k, Tensor v, AttentionShape shape, AttentionRun[] runs, Tensor y);

    /** {@code y = gate / (1 + exp(-gate)) * up}; {@code y} may be {@code gate}. */
    void swiglu(Tensor gate, Tensor up, Tensor y);

    /** {@code y = activation(x)}; {@code y} may be {@code x}. */
    void activate(Activation activation, Tensor x, Tensor y);

    /**
     * Row {@code i} of {@code y} is {@code sum over j < n of weights[i * n + j] * source[rows[i * n + j]]}, summed in the order
     * of j, where {@code n = rows.length / y.rows()}: what the experts of a token add up to. {@code y} is another tensor than
     * {@code source}.
     */
    void mixRows(Tensor source, int[] rows, float[] weights, Tensor y);

    /** {@code y += x}. */
    void add(Tensor x, Tensor y);

    // -- simulated quantization --------------------------------------------------------------------------------------

    /**
     * {@code y = x} rounded as {@code grid} says; {@code x} and {@code y} may be the same tensor.
     *
     * @param levels null for integers; else {@code [2, n]}: the levels from 0 up in row 1, and in row 0 the magnitude, in units
     *     of the scale, from which each is taken (0 for the first). Negative numbers mirror them
     * @param scales null to find them from {@code x}; else one for all columns, or one each
     * @param zeros the zero points of an asymmetric grid with given scales, as many as there are; else null
     */
    void fakeQuantize(Tensor x, RowGrid grid, Tensor levels, Tensor scales, Tensor zeros, Tensor y);

    /**
     * The orthonormal transform {@code H / sqrt(order)} of every run of {@code order * stride} neighbouring columns, in place:
     * over the elements that are {@code stride} apart. {@code H} is the Kronecker product of {@code base} and Sylvester's
     * Hadamard matrix of order {@code order / base.rows()}, a power of two.
     *
     * @param base a Hadamard matrix of 1 and -1, {@code [k, k]}; {@code [1, 1]} where the order is a power of two
     */
    void hadamard(Tensor x, Tensor base, int order, int stride);

    /**
     * The operators of integer-only inference, where the back end has them. Throws {@link BitRankException} of class UNSUPPORTED
     * where it has not.
     */
    default IntegerOperators integers() {
        throw BitRankException.unsupported("integer-only operators are there for the processor alone; use --backend cpu");
    }

    // -- the language-model head -------------------------------------------------------------------------------------

    /**
     * Fused head, log-softmax, gather and arg-max, never holding all logits.
     *
     * @param hidden {@code [n, inputs]} after the final norm
     * @param targets the token scored at each row
     * @param logProbs out: natural log-probability of the target
     * @param argmax out: the likeliest token (lowest id among equals)
     */
    void targetLogProbs(Tensor hidden, PackedMatrix head, int[] targets, float[] logProbs, int[] argmax);

    /** The same for a model and its base at the same positions, with KL(base || model) and the likeliest tokens they share. */
    void compareDistributions(
            Tensor baseHidden, PackedMatrix baseHead, Tensor hidden, PackedMatrix head, int[] targets, Distributions out);

    // -- calibration -------------------------------------------------------------------------------------------------

    /** {@code h += factor * x^T x} in float32; {@code h} is {@code [columns, columns]}, both triangles kept. */
    void gram(Tensor x, float factor, Tensor h);

    /**
     * {@code h += factor * a^T b} in float32: two views of the same tokens. {@code a} is {@code [T, m]}, {@code b}
     * {@code [T, n]}, {@code h} {@code [m, n]}.
     */
    void crossGram(Tensor a, Tensor b, float factor, Tensor h);

    /**
     * Replaces a symmetric positive definite matrix by the upper Cholesky factor {@code U} of its inverse
     * ({@code h^-1 = U^T U}), zeros below the diagonal. Throws {@link BitRankException} of class NUMERICAL when it is not
     * positive definite.
     */
    void inverseCholesky(Tensor h);

    @Override
    void close();
}
