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

    /** The nearest float8 E4M3 to a number from 0 up, ties to the even mantissa; the largest is 448. */
    static float roundE4m3(float value) {
        float clamped = Math.min(value, 448f);
        // Three bits of mantissa; below 2^-6 numbers are subnormal.
        int unit = Math.max(Math.getExponent(clamped), -6) - 3;
        return (float) Math.scalb(Math.rint(Math.scalb((double) clamped, -unit)), unit);
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

    /** The probability that a standard normal number is below {@code x}, to about the last digit. */
    static double normalDistribution(double x) {
        double z = Math.abs(x) / Math.sqrt(2);
        double tail = z < 2.5 ? (1 - errorFunction(z)) / 2 : farTail(z);
        return x < 0 ? tail : 1 - tail;
    }

    /** The series of positive terms {@code 2 / sqrt(pi) * exp(-z^2) * (z + 2 z^3 / 3 + 4 z^5 / 15 + ...)}. */
    private static double errorFunction(double z) {
        double term = z;
        double sum = z;
        for (int n = 1; term > 1e-18 * sum; n++) {
            term *= 2 * z * z / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
    }

    /** Laplace's continued fraction. */
    private static double farTail(double z) {
        double fraction = z;
        for (int n = 80; n > 0; n--) {
            fraction = z + n / 2.0 / fraction;
        }
        return Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction / 2;
    }
}
