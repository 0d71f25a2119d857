package org.bitrank.kernels.cuda;

import java.lang.foreign.MemorySegment;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;

/** Matrix products on a GPU, by cuBLAS: with packed weights in the compute type, and those of calibration in float32. */
final class CudaProducts implements AutoCloseable {
    private final CudaDevice device;
    private final CudaKernels kernels;
    private final Cublas cublas;
    /** The type that weights are stored in and activations are rounded to. */
    private final DType type;
    private final Scratch input;

    CudaProducts(CudaDevice device, CudaKernels kernels, ComputeType computeType) {
        this.device = device;
        this.kernels = kernels;
        cublas = new Cublas(device.streamHandle());
        type = computeType == ComputeType.BFLOAT16 ? DType.BFLOAT16 : DType.FLOAT32;
        input = new Scratch(device);
    }

    CudaPackedMatrix pack(MemorySegment weight, DType dtype, int outputs, int inputs) {
        long elements = (long) outputs * inputs;
        var packed = device.allocate(elements * type.bytes());
        var stored = weight.asSlice(0, elements * dtype.bytes());
        if (dtype == type) {
            device.toDevice(stored, packed, 0);
        } else {
            var raw = device.allocate(stored.byteSize());
            device.toDevice(stored, raw, 0);
            convert(raw.address(), dtype, elements, packed.address());
            device.free(raw);
        }
        return new CudaPackedMatrix(device, packed, outputs, inputs);
    }

    /** {@code y = x W^T}: to cuBLAS, which counts by columns, {@code y^T = W x^T}. */
    void multiply(long x, int rows, CudaPackedMatrix weight, long y) {
        long source = x;
        if (type != DType.FLOAT32) {
            long elements = (long) rows * weight.inputs();
            source = input.atLeast(elements * type.bytes()).address();
            convert(x, DType.FLOAT32, elements, source);
        }
        device.makeCurrent();
        cublas.multiply(
                Cublas.TRANSPOSED, Cublas.NOT_TRANSPOSED, weight.outputs(), rows, weight.inputs(), 1, weight.address(),
                weight.inputs(), source, weight.inputs(), type == DType.BFLOAT16, 0, y, weight.outputs());
    }

    /** {@code h[m, n] += factor * a[rows, m]^T b[rows, n]}: to cuBLAS {@code h^T = b^T a}. */
    void crossGram(long a, long b, int rows, int m, int n, float factor, long h) {
        device.makeCurrent();
        cublas.multiply(Cublas.NOT_TRANSPOSED, Cublas.TRANSPOSED, n, m, rows, factor, b, n, a, m, false, 1, h, n);
    }

    private void convert(long source, DType from, long elements, long target) {
        kernels.overElements("convert", elements, source, CudaKernels.code(from), elements, target, CudaKernels.code(type));
    }

    @Override
    public void close() {
        input.close();
        cublas.close();
    }
}
