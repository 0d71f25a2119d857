package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.DnnlLibrary.check;
import static org.bitrank.kernels.cpu.DnnlLibrary.create;
import static org.bitrank.kernels.cpu.DnnlLibrary.function;
import static org.bitrank.kernels.cpu.DnnlLibrary.functionReturning;
import static org.bitrank.kernels.cpu.DnnlLibrary.openMpFunction;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.bitrank.kernels.NativeCall;

/**
 * The few functions of oneDNN's C interface that products need.
 *
 * <p>They take addresses, as the kernels do, where JavaCPP's own classes would want a Java object for each pointer.
 * oneDNN runs single-threaded here: {@link Workers} spreads tiles over cores, and {@link #useOneThread} keeps OpenMP
 * from starting a second set of threads that would compete with them.
 */
final class Dnnl {
    static final int FLOAT32 = 3;
    static final int BFLOAT16 = 2;

    private static final int SIGNED_BYTE = 5;

    static final int ARG_SOURCE = 1;
    static final int ARG_TARGET = 17;
    static final int ARG_WEIGHTS = 33;
    static final int ARG_SCRATCHPAD = 80;

    /** The bits of the instruction sets that AVX512-BF16 and everything beyond it has. */
    private static final int AVX512_BF16 = 0xe7;

    private static final int FORMAT_ANY = 1;
    private static final int CPU = 1;
    private static final int SCRATCHPAD_USER = 1;
    private static final int QUERY_WEIGHTS = 131;
    private static final int QUERY_SCRATCHPAD = 136;

    private static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private static final MethodHandle ENGINE_CREATE = function("dnnl_engine_create", ValueLayout.ADDRESS, INT, LONG);
    private static final MethodHandle STREAM_CREATE = function("dnnl_stream_create", ValueLayout.ADDRESS, POINTER, INT);
    private static final MethodHandle DESCRIPTOR_WITH_TAG =
            function("dnnl_memory_desc_create_with_tag", ValueLayout.ADDRESS, INT, ValueLayout.ADDRESS, INT, INT);
    private static final MethodHandle DESCRIPTOR_WITH_STRIDES =
            function("dnnl_memory_desc_create_with_strides", ValueLayout.ADDRESS, INT, ValueLayout.ADDRESS, INT, ValueLayout.ADDRESS);
    private static final MethodHandle DESCRIPTOR_CLONE = function("dnnl_memory_desc_clone", ValueLayout.ADDRESS, POINTER);
    private static final MethodHandle DESCRIPTOR_DESTROY = function("dnnl_memory_desc_destroy", POINTER);
    private static final MethodHandle DESCRIPTOR_SIZE = functionReturning("dnnl_memory_desc_get_size", LONG, POINTER);
    private static final MethodHandle ATTRIBUTES_CREATE = function("dnnl_primitive_attr_create", ValueLayout.ADDRESS);
    private static final MethodHandle ATTRIBUTES_SCRATCHPAD = function("dnnl_primitive_attr_set_scratchpad_mode", POINTER, INT);
    private static final MethodHandle ATTRIBUTES_POST_OPERATIONS = function("dnnl_primitive_attr_set_post_ops", POINTER, POINTER);
    private static final MethodHandle POST_OPERATIONS_CREATE = function("dnnl_post_ops_create", ValueLayout.ADDRESS);
    private static final MethodHandle POST_OPERATIONS_DESTROY = function("dnnl_post_ops_destroy", POINTER);
    private static final MethodHandle APPEND_SUM =
            function("dnnl_post_ops_append_sum", POINTER, ValueLayout.JAVA_FLOAT, INT, INT);
    private static final MethodHandle MATMUL = function("dnnl_matmul_primitive_desc_create",
            ValueLayout.ADDRESS, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER);
    private static final MethodHandle REORDER = function("dnnl_reorder_primitive_desc_create",
            ValueLayout.ADDRESS, POINTER, POINTER, POINTER, POINTER, POINTER);
    private static final MethodHandle QUERY_DESCRIPTOR =
            functionReturning("dnnl_primitive_desc_query_md", POINTER, POINTER, INT, INT);
    private static final MethodHandle PRIMITIVE_DESCRIPTOR_DESTROY = function("dnnl_primitive_desc_destroy", POINTER);
    private static final MethodHandle PRIMITIVE_CREATE = function("dnnl_primitive_create", ValueLayout.ADDRESS, POINTER);
    private static final MethodHandle PRIMITIVE_DESTROY = function("dnnl_primitive_destroy", POINTER);
    private static final MethodHandle PRIMITIVE_EXECUTE = function("dnnl_primitive_execute", POINTER, POINTER, INT, POINTER);
    private static final MethodHandle MEMORY_CREATE = function("dnnl_memory_create", ValueLayout.ADDRESS, POINTER, POINTER, POINTER);
    private static final MethodHandle MEMORY_DESTROY = function("dnnl_memory_destroy", POINTER);
    private static final MethodHandle MEMORY_SET = function("dnnl_memory_set_data_handle", POINTER, POINTER);
    private static final MethodHandle SGEMM = function("dnnl_sgemm", ValueLayout.JAVA_BYTE, ValueLayout.JAVA_BYTE, LONG, LONG, LONG,
            ValueLayout.JAVA_FLOAT, POINTER, LONG, POINTER, LONG, ValueLayout.JAVA_FLOAT, POINTER, LONG);
    private static final MethodHandle INSTRUCTION_SETS = function("dnnl_get_effective_cpu_isa");
    private static final MethodHandle SET_THREADS = openMpFunction("omp_set_num_threads", INT);

    private static final long ENGINE = create("an engine", at -> (int) ENGINE_CREATE.invokeExact(at, CPU, 0L));
    private static final long STREAM = create("a stream", at -> (int) STREAM_CREATE.invokeExact(at, ENGINE, 1));
    private static final long ATTRIBUTES = attributes();
    private static final long ACCUMULATE = accumulation();

    private Dnnl() {}

    /** Makes oneDNN stay on the calling thread. */
    static void useOneThread() {
        try {
            SET_THREADS.invokeExact(1);
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    /** True where oneDNN's bfloat16 products use instructions made for them. */
    static boolean multipliesBfloat16() {
        try {
            return ((int) INSTRUCTION_SETS.invokeExact() & AVX512_BF16) == AVX512_BF16;
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    // -- memory descriptors ------------------------------------------------------------------------------------------

    /** A matrix whose element (i, j) lies at {@code i * rowStride + j * columnStride}. The caller destroys it. */
    static long descriptor(int type, long rows, long columns, long rowStride, long columnStride) {
        try (Arena arena = Arena.ofConfined()) {
            // The function reads DNNL_MAX_NDIMS numbers of an array parameter in its signature, two of them in truth.
            MemorySegment sizes = arena.allocate(LONG, 12);
            MemorySegment strides = arena.allocate(LONG, 12);
            sizes.setAtIndex(LONG, 0, rows);
            sizes.setAtIndex(LONG, 1, columns);
            strides.setAtIndex(LONG, 0, rowStride);
            strides.setAtIndex(LONG, 1, columnStride);
            return create("a memory descriptor",
                    at -> (int) DESCRIPTOR_WITH_STRIDES.invokeExact(at, 2, sizes, type, strides));
        }
    }

    /** A matrix in the layout that the product likes best. The caller destroys it. */
    static long freeDescriptor(int type, long rows, long columns) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sizes = arena.allocate(LONG, 12);
            sizes.setAtIndex(LONG, 0, rows);
            sizes.setAtIndex(LONG, 1, columns);
            return create("a memory descriptor",
                    at -> (int) DESCRIPTOR_WITH_TAG.invokeExact(at, 2, sizes, type, FORMAT_ANY));
        }
    }

    static long copyDescriptor(long descriptor) {
        return create("a memory descriptor", at -> (int) DESCRIPTOR_CLONE.invokeExact(at, descriptor));
    }

    /** Plain bytes: a scratchpad. */
    static long bytes(long count) {
        return descriptor(SIGNED_BYTE, 1, Math.max(1, count), Math.max(1, count), 1);
    }

    static void destroyDescriptor(long descriptor) {
        try {
            check((int) DESCRIPTOR_DESTROY.invokeExact(descriptor), "destroy a memory descriptor");
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    static long size(long descriptor) {
        try {
            return (long) DESCRIPTOR_SIZE.invokeExact(descriptor);
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    // -- primitives --------------------------------------------------------------------------------------------------

    /**
     * A description of {@code target = source * weights}, or of {@code target += source * weights}; 0 where this processor
     * has no such product.
     */
    static long describeProduct(long source, long weights, long target, boolean accumulate) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment at = arena.allocate(POINTER);
            long attributes = accumulate ? ACCUMULATE : ATTRIBUTES;
            int status = (int) MATMUL.invokeExact(at, ENGINE, source, weights, 0L, target, attributes);
            return status == 0 ? at.get(POINTER, 0) : 0;
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    static long describeReorder(long source, long target) {
        return create("a reorder", at -> (int) REORDER.invokeExact(at, source, ENGINE, target, ENGINE, ATTRIBUTES));
    }

    /** The layout chosen for the weights. The caller destroys it. */
    static long weightsOf(long primitiveDescriptor) {
        return copyDescriptor(query(primitiveDescriptor, QUERY_WEIGHTS));
    }

    static long scratchpadBytes(long primitiveDescriptor) {
        long descriptor = query(primitiveDescriptor, QUERY_SCRATCHPAD);
        return descriptor == 0 ? 0 : size(descriptor);
    }

    /** Compiles the primitive and drops its description. */
    static long primitive(long primitiveDescriptor) {
        long primitive = create("a kernel", at -> (int) PRIMITIVE_CREATE.invokeExact(at, primitiveDescriptor));
        destroyPrimitiveDescriptor(primitiveDescriptor);
        return primitive;
    }

    static void destroyPrimitiveDescriptor(long primitiveDescriptor) {
        try {
            check((int) PRIMITIVE_DESCRIPTOR_DESTROY.invokeExact(primitiveDescriptor), "destroy a description");
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    static void destroyPrimitive(long primitive) {
        try {
            check((int) PRIMITIVE_DESTROY.invokeExact(primitive), "destroy a kernel");
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    /** A handle on memory of that layout; {@link #pointTo} says where. */
    static long memory(long descriptor) {
        return create("a memory handle", at -> (int) MEMORY_CREATE.invokeExact(at, descriptor, ENGINE, 0L));
    }

    static void pointTo(long memory, long address) {
        try {
            check((int) MEMORY_SET.invokeExact(memory, address), "set a memory address");
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    static void destroyMemory(long memory) {
        try {
            check((int) MEMORY_DESTROY.invokeExact(memory), "destroy a memory handle");
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    /** Writes pairs of an argument's number and its memory to {@code address}, as {@link #execute} wants them. */
    static long arguments(long address, long... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            Memory.ALL.set(INT, address + i * 8L, (int) pairs[i]);
            Memory.ALL.set(LONG, address + i * 8L + 8, pairs[i + 1]);
        }
        return address;
    }

    /** Runs a primitive on {@code count} arguments. */
    static void execute(long primitive, int count, long arguments) {
        try {
            check((int) PRIMITIVE_EXECUTE.invokeExact(primitive, STREAM, count, arguments), "run a kernel");
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    /** {@code c = factor * op(a) op(b) + keep * c}, row-major. */
    static void sgemm(boolean transposeA, boolean transposeB, long m, long n, long k, float factor,
            long a, long lda, long b, long ldb, float keep, long c, long ldc) {
        try {
            byte opA = (byte) (transposeA ? 'T' : 'N');
            byte opB = (byte) (transposeB ? 'T' : 'N');
            check((int) SGEMM.invokeExact(opA, opB, m, n, k, factor, a, lda, b, ldb, keep, c, ldc), "multiply");
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    private static long query(long primitiveDescriptor, int what) {
        try {
            return (long) QUERY_DESCRIPTOR.invokeExact(primitiveDescriptor, what, 0);
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    /** Kernels run on many threads at once, so each call brings its own scratchpad. */
    private static long attributes() {
        long attributes = create("attributes", at -> (int) ATTRIBUTES_CREATE.invokeExact(at));
        try {
            check((int) ATTRIBUTES_SCRATCHPAD.invokeExact(attributes, SCRATCHPAD_USER), "set the scratchpad mode");
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
        return attributes;
    }

    private static long accumulation() {
        long postOperations = create("post-operations", at -> (int) POST_OPERATIONS_CREATE.invokeExact(at));
        long attributes = attributes();
        try {
            check((int) APPEND_SUM.invokeExact(postOperations, 1f, 0, 0), "append a sum");
            check((int) ATTRIBUTES_POST_OPERATIONS.invokeExact(attributes, postOperations), "set post-operations");
            check((int) POST_OPERATIONS_DESTROY.invokeExact(postOperations), "destroy post-operations");
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
        return attributes;
    }
}
