package org.bitrank.kernels.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import jcuda.CudaException;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUctx_flags;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DeviceInfo;
import org.bitrank.kernels.FailureClass;

/** One GPU: its context, its stream, its memory. */
final class CudaDevice implements AutoCloseable {
    private static final long LARGEST_TRANSFER = 1L << 30;

    private final CUdevice device = new CUdevice();
    private final CUcontext context = new CUcontext();
    private final CUstream stream = new CUstream();

    CudaDevice(int number) {
        requireDriver();
        try {
            JCudaDriver.setExceptionsEnabled(true);
            JCudaDriver.cuInit(0);
            var count = new int[1];
            JCudaDriver.cuDeviceGetCount(count);
            if (number >= count[0]) {
                throw BitRankException.unsupported("there is no GPU number " + number + "; this machine has " + count[0]
                        + ", counted from 0");
            }
            JCudaDriver.cuDeviceGet(device, number);
            JCudaDriver.cuCtxCreate(context, CUctx_flags.CU_CTX_SCHED_BLOCKING_SYNC, device);
            JCudaDriver.cuStreamCreate(stream, 0);
        } catch (CudaException failure) {
            throw BitRankException.unsupported("the NVIDIA driver refused: " + failure.getMessage()
                    + "; check with nvidia-smi, or use --backend cpu");
        } catch (LinkageError failure) {
            throw BitRankException.unsupported("JCuda's native library cannot be loaded (" + failure.getMessage()
                    + "); use --backend cpu");
        }
    }

    private static void requireDriver() {
        try {
            SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
        } catch (IllegalArgumentException absent) {
            throw BitRankException.unsupported("no NVIDIA driver (libcuda.so.1) on this machine; use --backend cpu, or run "
                    + "where there is a GPU");
        }
    }

    CUstream stream() {
        return stream;
    }

    /** The driver's handle of the stream, for libraries called by foreign functions. */
    long streamHandle() {
        return new Address(stream).value;
    }

    /** The calling thread works on this device from now on. */
    void makeCurrent() {
        JCudaDriver.cuCtxSetCurrent(context);
    }

    /** Compute capability as one number: 90 for 9.0. */
    int architecture() {
        return 10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    }

    DeviceInfo info(ComputeType computeType) {
        var name = new byte[256];
        JCudaDriver.cuDeviceGetName(name, name.length, device);
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        var memory = new long[1];
        JCudaDriver.cuDeviceTotalMem(memory, device);
        return new DeviceInfo("cuda", new String(name, 0, length, StandardCharsets.UTF_8),
                attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT), memory[0],
                "sm_" + architecture() + " " + computeType.label());
    }

    private int attribute(int attribute) {
        var value = new int[1];
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device);
        return value[0];
    }

    /** New memory, not cleared. */
    Memory allocate(long bytes) {
        makeCurrent();
        var pointer = new CUdeviceptr();
        try {
            JCudaDriver.cuMemAlloc(pointer, Math.max(1, bytes));
        } catch (CudaException failure) {
            if (failure.getMessage().contains("OUT_OF_MEMORY")) {
                throw new BitRankException(FailureClass.OUT_OF_MEMORY, "the GPU has no %,d bytes left; use a smaller model or a "
                        .formatted(bytes) + "larger GPU", failure);
            }
            throw failure;
        }
        return new Memory(pointer, new Address(pointer).value, bytes);
    }

    /** A block of device memory until it is freed. */
    record Memory(CUdeviceptr pointer, long address, long bytes) {}

    void clear(Memory memory) {
        JCudaDriver.cuMemsetD8Async(memory.pointer(), (byte) 0, memory.bytes(), stream);
    }

    void toDevice(MemorySegment source, Memory target, long offset) {
        copy(source, (host, at, bytes) ->
                JCudaDriver.cuMemcpyHtoDAsync(target.pointer().withByteOffset(offset + at), host, bytes, stream), true);
    }

    void toHost(Memory source, long offset, MemorySegment target) {
        copy(target, (host, at, bytes) ->
                JCudaDriver.cuMemcpyDtoHAsync(host, source.pointer().withByteOffset(offset + at), bytes, stream), false);
    }

    void toDevice(int[] source, Memory target) {
        makeCurrent();
        JCudaDriver.cuMemcpyHtoDAsync(target.pointer(), Pointer.to(source), source.length * 4L, stream);
        JCudaDriver.cuStreamSynchronize(stream);
    }

    void toHost(Memory source, int[] target, int offset, int count) {
        var values = MemorySegment.ofArray(target).asSlice(offset * 4L, count * 4L);
        toHost(source, 0, values);
    }

    void toHost(Memory source, float[] target, int offset, int count) {
        var values = MemorySegment.ofArray(target).asSlice(offset * 4L, count * 4L);
        toHost(source, 0, values);
    }

    private interface Transfer {
        void run(Pointer host, long at, long bytes);
    }

    /** A buffer holds 2 GiB at most, and the driver wants memory outside the heap. */
    private void copy(MemorySegment host, Transfer transfer, boolean fromHost) {
        makeCurrent();
        for (long at = 0; at < host.byteSize(); at += LARGEST_TRANSFER) {
            long bytes = Math.min(LARGEST_TRANSFER, host.byteSize() - at);
            var part = host.asSlice(at, bytes);
            try (var arena = Arena.ofConfined()) {
                var outside = part.isNative() ? part : arena.allocate(bytes, 8);
                if (fromHost && !part.isNative()) {
                    outside.copyFrom(part);
                }
                transfer.run(Pointer.toBuffer(outside.asByteBuffer()), at, bytes);
                JCudaDriver.cuStreamSynchronize(stream);
                if (!fromHost && !part.isNative()) {
                    part.copyFrom(outside);
                }
            }
        }
    }

    void free(Memory memory) {
        makeCurrent();
        JCudaDriver.cuMemFree(memory.pointer());
    }

    @Override
    public void close() {
        makeCurrent();
        JCudaDriver.cuStreamSynchronize(stream);
        JCudaDriver.cuStreamDestroy(stream);
        JCudaDriver.cuCtxDestroy(context);
    }

    /** JCuda shows the address of an object only to its subclasses. */
    private static final class Address extends NativePointerObject {
        private final long value;

        Address(NativePointerObject object) {
            super(object);
            value = getNativePointer();
        }
    }
}
