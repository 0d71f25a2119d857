package org.bitrank.kernels.cuda;

/** Tables of integers that one kernel reads: copied to the device for its launch, in memory that the next one uses again. */
final class Indices implements AutoCloseable {
    private final CudaDevice device;
    private final Scratch scratch;

    Indices(CudaDevice device) {
        this.device = device;
        scratch = new Scratch(device);
    }

    /** The address of a copy, good until the next call. */
    long onDevice(int[] values) {
        var memory = scratch.atLeast(4L * values.length);
        device.toDevice(values, memory);
        return memory.address();
    }

    @Override
    public void close() {
        scratch.close();
    }
}
