package org.bitrank.kernels.cpu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.kernels.NativeCall;

/**
 * Blocks of host memory outside the Java heap, and access to them by address.
 *
 * <p>The blocks come from the C library rather than from an {@link Arena}, whose memory counts against the JVM's limit
 * for direct buffers (by default the size of the heap), which weights exceed. Kernels read and write through {@link #ALL}
 * at absolute addresses: against a constant segment the JIT folds the bounds and liveness checks away. The checks are
 * made once an operation, at the entry of the back end.
 */
final class Memory {
    /** All of the address space; the offset is the address. */
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final long ALIGNMENT = 64;

    /** Blocks of this size are mapped by themselves, on huge pages where the system has them. */
    private static final long MAPPED_FROM = 1L << 20;

    /** Below this size an allocation is not worth a look at what the machine has left. */
    private static final long CHECKED_FROM = 64L << 20;

    private static final AtomicLong ALLOCATED = new AtomicLong();

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_HUGEPAGE = 14;

    private static final MethodHandle CALLOC = function("calloc", ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
    private static final MethodHandle FREE = function("free", null, ValueLayout.JAVA_LONG);
    private static final MethodHandle MMAP = function("mmap", ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);
    private static final MethodHandle MUNMAP = function("munmap", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
    private static final MethodHandle MADVISE = function("madvise", ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);

    private Memory() {}

    /** A zeroed block that lives until {@link Block#close()}. */
    static Block allocate(long bytes) {
        long size = Math.max(bytes, 1);
        if (size >= CHECKED_FROM && size > availableBytes()) {
            throw outOfMemory(size);
        }
        try {
            if (size >= MAPPED_FROM) {
                long base = (long) MMAP.invokeExact(0L, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
                if (base == -1) {
                    throw outOfMemory(size);
                }
                int ignored = (int) MADVISE.invokeExact(base, size, MADV_HUGEPAGE);
                return new Block(base, size, base, true);
            }
            long base = (long) CALLOC.invokeExact(1L, size + ALIGNMENT);
            if (base == 0) {
                throw outOfMemory(size);
            }
            return new Block(base, size, (base + ALIGNMENT - 1) & -ALIGNMENT, false);
        } catch (Throwable failure) {
            throw NativeCall.failed(failure);
        }
    }

    /** Bytes of all blocks that are open. */
    static long allocatedBytes() {
        return ALLOCATED.get();
    }

    private static BitRankException outOfMemory(long bytes) {
        return new BitRankException(FailureClass.OUT_OF_MEMORY,
                "out of memory: %,d MiB more were needed; use a smaller model or batch, or a machine with more memory"
                        .formatted((bytes >> 20) + 1));
    }

    /** Memory that can still be used: what the system has free, or what the container may still take. */
    private static long availableBytes() {
        long available = Long.MAX_VALUE;
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    available = Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
            String limit = Files.readString(Path.of("/sys/fs/cgroup/memory.max")).strip();
            if (!limit.equals("max")) {
                long used = Long.parseLong(Files.readString(Path.of("/sys/fs/cgroup/memory.current")).strip());
                available = Math.min(available, Long.parseLong(limit) - used);
            }
        } catch (IOException | NumberFormatException absent) {
            // No such file here: the allocation itself will tell.
        }
        return available;
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor descriptor =
                result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    /** One block; {@link #address()} fails once it is closed. */
    static final class Block implements AutoCloseable {
        private final long base;
        private final long bytes;
        private final long address;
        private final boolean mapped;
        private volatile boolean closed;

        private Block(long base, long bytes, long address, boolean mapped) {
            this.base = base;
            this.bytes = bytes;
            this.address = address;
            this.mapped = mapped;
            ALLOCATED.addAndGet(bytes);
        }

        long address() {
            if (closed) {
                throw new IllegalStateException("memory is used after it was closed");
            }
            return address;
        }

        long bytes() {
            return bytes;
        }

        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            ALLOCATED.addAndGet(-bytes);
            try {
                if (mapped) {
                    int ignored = (int) MUNMAP.invokeExact(base, bytes);
                } else {
                    FREE.invokeExact(base);
                }
            } catch (Throwable failure) {
                throw NativeCall.failed(failure);
            }
        }
    }
}
