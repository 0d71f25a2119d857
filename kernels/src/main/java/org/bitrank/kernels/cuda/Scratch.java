package org.bitrank.kernels.cuda;

/** A buffer on the device that grows to the largest size asked for and is used again. */
final class Scratch implements AutoCloseable {
    private final CudaDevice device;
    private CudaDevice.Memory memory;

    Scratch(CudaDevice device) {
        this.device = device;
    }

    /** At least {@code bytes}; what it held before is lost. */
    CudaDevice.Memory atLeast(long bytes) {
        if (memory == null || memory.bytes() < bytes) {
            close();
            memory = device.allocate(bytes);
        }
        return memory;
    }

    @Override
    public void close() {
        if (memory != null) {
            device.free(memory);
            memory = null;
        }
    }
}
