package org.bitrank.kernels;

/** A function of one number, applied to every element. */
public enum Activation {
    /** {@code x / (1 + exp(-x))}. */
    SILU,
    /** {@code max(x, 0)}. */
    RELU,
    /** {@code x / 2 * (1 + erf(x / sqrt 2))} (Hendrycks and Gimpel, arXiv 1606.08415). */
    GELU,
    /** GELU by its approximation {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))}. */
    GELU_TANH,
    /** GELU by its approximation {@code x / (1 + exp(-1.702 x))}, as CLIP has it. */
    QUICK_GELU
}
