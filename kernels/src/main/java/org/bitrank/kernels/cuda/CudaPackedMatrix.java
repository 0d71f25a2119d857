package org.bitrank.kernels.cuda;

import org.bitrank.kernels.PackedMatrix;

/** A weight in the compute type, row-major: cuBLAS needs no other order. */
final class CudaPackedMatrix implements PackedMatrix {
    private final CudaDevice device;
    private final CudaDevice.Memory memory;
    private final int outputs;
    private final int inputs;
    private boolean closed;

    CudaPackedMatrix(CudaDevice device, CudaDevice.Memory memory, int outputs, int inputs) {
        this.device = device;
        this.memory = memory;
        this.outputs = outputs;
        this.inputs = inputs;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public long bytes() {
        return memory.bytes();
    }

    long address() {
        if (closed) {
            throw new IllegalStateException("packed matrix [" + outputs + ", " + inputs + "] is closed");
        }
        return memory.address();
    }

    @Override
    public void close() {
        if (!closed) {
            device.free(memory);
        }
        closed = true;
    }
}
