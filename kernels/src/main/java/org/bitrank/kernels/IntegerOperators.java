package org.bitrank.kernels;

/**
 * What stands between a model's products, computed with integers alone, after I-LLM (Hu et al., arXiv 2405.17849). Numbers go
 * in and come out as float32; inside, each row is codes times a dyadic scale {@code m / 2^k} with {@code m} of eight bits, and
 * everything that is done to it is an integer operation.
 *
 * <p>The paper gives DI-MatMul's, DI-Exp's and the softmax's arithmetic as it is here; DI-Norm and DI-SwiGLU are our reading
 * of their names.
 */
public interface IntegerOperators {
    /**
     * The rounding at the end of DI-MatMul, in place: {@code floor(((p - min) (2^bits - 1) + half) / (max - min))} with
     * {@code half = (max - min) / 2} over each row.
     */
    void requantize(Tensor x, int bits);

    /** DI-Norm: the RMS norm of {@link Backend#rmsNorm} from 16-bit codes, an integer sum of squares and an integer root. */
    void rmsNorm(Tensor x, Tensor gain, float epsilon, Tensor y);

    /** DI-SwiGLU: {@link Backend#swiglu} from {@code bits}-bit codes, its sigmoid by DI-Exp in eight bits. */
    void swiglu(Tensor gate, Tensor up, int bits, Tensor y);

    /**
     * {@link Backend#attention} by DI-ClippedSoftmax: queries, keys and values of {@code bits} bits for each token and head,
     * scores clipped 15 below the largest and coded in eight bits, probabilities from 0 to 255.
     */
    void attention(Tensor q, Tensor k, Tensor v, AttentionShape shape, AttentionRun[] runs, int bits, Tensor y);
}
