package org.bitrank.kernels;

/**
 * A row-major matrix in the memory of one {@link Backend}'s device.
 *
 * <p>The memory is off-heap and lives until {@link #close()}; a view ({@link #rows}) shares it, must not outlive it and
 * frees nothing when closed. Using a closed tensor fails with {@link IllegalStateException}.
 */
public interface Tensor extends AutoCloseable {
    DType dtype();

    Shape shape();

    /** Rows {@code first .. first + count - 1} as a view of the same memory. */
    Tensor rows(long first, long count);

    default long rows() {
        return shape().rows();
    }

    default long columns() {
        return shape().columns();
    }

    @Override
    void close();
}
