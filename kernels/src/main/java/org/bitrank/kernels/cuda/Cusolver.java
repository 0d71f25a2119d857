package org.bitrank.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.kernels.NativeCall;

/** Cholesky factors and inverses in float64. Column-major, as cuSOLVER counts. */
final class Cusolver implements AutoCloseable {
    /** The lower triangle by columns is the upper one by rows. */
    private static final int LOWER = 0;

    private final CudaDevice device;
    private final Scratch workspace;
    private final Scratch status;
    private final MemorySegment handle;
    private final MethodHandle factorSize;
    private final MethodHandle factor;
    private final MethodHandle invertSize;
    private final MethodHandle invert;
    private final MethodHandle destroy;

    Cusolver(CudaDevice device) {
        this.device = device;
        workspace = new Scratch(device);
        status = new Scratch(device);
        var library = CudaLibrary.find("cusolver", 12, 11);
        factorSize = library.function("cusolverDnDpotrf_bufferSize", ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS);
        factor = library.function(
                "cusolverDnDpotrf", ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
        invertSize = library.function("cusolverDnDpotri_bufferSize", ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS);
        invert = library.function(
                "cusolverDnDpotri", ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
        destroy = library.function("cusolverDnDestroy", ADDRESS);
        device.makeCurrent();
        try (var arena = Arena.ofConfined()) {
            var holder = arena.allocate(ADDRESS);
            check((int) library.function("cusolverDnCreate", ADDRESS).invokeExact(holder));
            handle = holder.get(ADDRESS, 0);
            check((int) library.function("cusolverDnSetStream", ADDRESS, JAVA_LONG).invokeExact(handle, device.streamHandle()));
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    /** The upper triangle (by rows) of {@code h} becomes U with {@code h^-1 = U^T U}; the rest is left undefined. */
    void inverseCholesky(long h, int n) {
        device.makeCurrent();
        run(factorSize, factor, h, n);
        run(invertSize, invert, h, n);
        run(factorSize, factor, h, n);
    }

    private void run(MethodHandle size, MethodHandle work, long h, int n) {
        try (var arena = Arena.ofConfined()) {
            var elements = arena.allocate(JAVA_INT);
            check((int) size.invokeExact(handle, LOWER, n, h, n, elements));
            int count = elements.get(JAVA_INT, 0);
            long scratch = workspace.atLeast(8L * count).address();
            var outcome = status.atLeast(4);
            check((int) work.invokeExact(handle, LOWER, n, h, n, scratch, count, outcome.address()));
            var pivot = new int[1];
            device.toHost(outcome, 0, MemorySegment.ofArray(pivot));
            if (pivot[0] != 0) {
                throw BitRankException.numerical(
                        "the matrix is not positive definite (pivot of column %d); raise the damping".formatted(pivot[0] - 1));
            }
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    private static void check(int status) {
        if (status != 0) {
            throw new BitRankException(FailureClass.INFRASTRUCTURE, "cuSOLVER failed with status " + status);
        }
    }

    @Override
    public void close() {
        workspace.close();
        status.close();
        try {
            check((int) destroy.invokeExact(handle));
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }
}
