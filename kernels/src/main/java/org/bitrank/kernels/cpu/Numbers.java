package org.bitrank.kernels.cpu;

import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;

/** Number formats, one number at a time. */
final class Numbers {
    private Numbers() {}

    /** Rounds to bfloat16, to nearest even; NaN stays NaN. */
    static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (value != value) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    static float fromBfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    static float round(float value, ComputeType type) {
        return switch (type) {
            case FLOAT32 -> value;
            case BFLOAT16 -> fromBfloat16(toBfloat16(value));
        };
    }

    /** The number at element {@code index} of an array at {@code address}. */
    static float read(long address, DType dtype, long index) {
        return switch (dtype) {
            case FLOAT32 -> Memory.ALL.get(Memory.FLOAT, address + index * 4);
            case FLOAT16 -> Float.float16ToFloat(Memory.ALL.get(Memory.SHORT, address + index * 2));
            case BFLOAT16 -> fromBfloat16(Memory.ALL.get(Memory.SHORT, address + index * 2));
            case INT32 -> throw new IllegalArgumentException("no floating-point numbers");
        };
    }
}
