package org.bitrank.kernels.cpu;

import java.lang.foreign.MemorySegment;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Shape;

/**
 * A weight as it stands, nothing packed.
 *
 * @param values {@code [outputs, inputs]} in float32, rounded to the compute type
 */
record ReferenceWeight(HostTensor values) implements PackedMatrix {
    static ReferenceWeight of(MemorySegment weight, DType dtype, int outputs, int inputs, ComputeType type) {
        HostTensor values = HostTensor.allocate(DType.FLOAT32, new Shape(outputs, inputs));
        for (long i = 0; i < (long) outputs * inputs; i++) {
            float value = switch (dtype) {
                case FLOAT32 -> weight.get(Memory.FLOAT, i * 4);
                case FLOAT16 -> Float.float16ToFloat(weight.get(Memory.SHORT, i * 2));
                case BFLOAT16 -> Numbers.fromBfloat16(weight.get(Memory.SHORT, i * 2));
                case INT32 -> throw new IllegalArgumentException("weights are floating-point numbers");
            };
            HostTensor.set(values, i, Numbers.round(value, type));
        }
        return new ReferenceWeight(values);
    }

    @Override
    public int outputs() {
        return (int) values.rows();
    }

    @Override
    public int inputs() {
        return (int) values.columns();
    }

    @Override
    public long bytes() {
        return HostTensor.bytes(values);
    }

    @Override
    public void close() {
        values.close();
    }
}
