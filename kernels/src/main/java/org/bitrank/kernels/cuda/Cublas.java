package org.bitrank.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.kernels.NativeCall;

/** The one function of cuBLAS that we need: a matrix product with float32 results. Column-major, as cuBLAS counts. */
final class Cublas implements AutoCloseable {
    static final int NOT_TRANSPOSED = 0;
    static final int TRANSPOSED = 1;
    private static final int FLOAT32 = 0;
    private static final int BFLOAT16 = 14;
    private static final int COMPUTE_FLOAT32 = 68;
    private static final int DEFAULT_ALGORITHM = -1;
    private static final int ALLOCATION_FAILED = 3;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment handle;
    private final MemorySegment alpha = arena.allocate(ValueLayout.JAVA_FLOAT);
    private final MemorySegment beta = arena.allocate(ValueLayout.JAVA_FLOAT);
    private final MethodHandle gemm;
    private final MethodHandle destroy;

    /** @param stream the driver's handle of the stream on which products run */
    Cublas(long stream) {
        var library = CudaLibrary.find("cublas", 13, 12);
        gemm = library.function(
                "cublasGemmEx", ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT,
                JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
        destroy = library.function("cublasDestroy_v2", ADDRESS);
        var create = library.function("cublasCreate_v2", ADDRESS);
        var setStream = library.function("cublasSetStream_v2", ADDRESS, JAVA_LONG);
        var holder = arena.allocate(ADDRESS);
        try {
            check((int) create.invokeExact(holder));
            handle = holder.get(ADDRESS, 0);
            check((int) setStream.invokeExact(handle, stream));
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    /** {@code c[m, n] = alpha * op(a) * op(b) + beta * c}; {@code a} and {@code b} both bfloat16 or both float32. */
    void multiply(
            int transposeA, int transposeB, int m, int n, int k, float alpha, long a, int strideA, long b, int strideB,
            boolean bfloat16, float beta, long c, int strideC) {
        this.alpha.set(ValueLayout.JAVA_FLOAT, 0, alpha);
        this.beta.set(ValueLayout.JAVA_FLOAT, 0, beta);
        int type = bfloat16 ? BFLOAT16 : FLOAT32;
        try {
            check((int) gemm.invokeExact(
                    handle, transposeA, transposeB, m, n, k, this.alpha, a, type, strideA, b, type, strideB, this.beta, c,
                    FLOAT32, strideC, COMPUTE_FLOAT32, DEFAULT_ALGORITHM));
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    @Override
    public void close() {
        try {
            check((int) destroy.invokeExact(handle));
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
        arena.close();
    }

    private static void check(int status) {
        if (status == ALLOCATION_FAILED) {
            throw new BitRankException(FailureClass.OUT_OF_MEMORY, "cuBLAS found no memory on the GPU; use a smaller model");
        }
        if (status != 0) {
            throw new BitRankException(FailureClass.INFRASTRUCTURE, "cuBLAS failed with status " + status);
        }
    }
}
