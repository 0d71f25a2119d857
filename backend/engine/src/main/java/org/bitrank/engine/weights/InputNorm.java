package org.bitrank.engine.weights;

/**
 * The RMS norm that a linear layer has of its own, before its input is rounded: {@code gain x / sqrt(mean x^2 + epsilon)}.
 *
 * @param gain one number for each input
 */
public record InputNorm(float[] gain, float epsilon) {}
