package org.bitrank.kernels;

/**
 * What {@link Backend#compareDistributions} found for each of {@code n} positions. Natural logarithms.
 *
 * @param logProbs log-probability of the target under the model
 * @param argmax the model's likeliest token (the lowest id among equals)
 * @param baseLogProbs log-probability of the target under the base
 * @param baseArgmax the base's likeliest token
 * @param divergence KL(base || model) in nats
 * @param topShared how many of the model's {@link #TOP} likeliest tokens are also among the base's (lower ids first among equals)
 */
public record Distributions(
        float[] logProbs, int[] argmax, float[] baseLogProbs, int[] baseArgmax, float[] divergence, int[] topShared) {
    /** Tokens that count as the likeliest ones. */
    public static final int TOP = 5;

    public static Distributions of(int n) {
        return new Distributions(new float[n], new int[n], new float[n], new int[n], new float[n], new int[n]);
    }
}
