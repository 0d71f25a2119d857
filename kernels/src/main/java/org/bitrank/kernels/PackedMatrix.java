package org.bitrank.kernels;

/**
 * A weight matrix {@code [outputs, inputs]} in the layout and compute type that a {@link Backend}'s matrix product wants.
 * Packed once, used many times; off-heap until {@link #close()}.
 */
public interface PackedMatrix extends AutoCloseable {
    int outputs();

    int inputs();

    /** Bytes of device memory it holds. */
    long bytes();

    @Override
    void close();
}
