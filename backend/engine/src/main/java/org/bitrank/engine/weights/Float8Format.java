package org.bitrank.engine.weights;

/**
 * Eight-bit floating point of the Open Compute Project (OFP8): sign, exponent, mantissa. Source: OCP 8-bit Floating Point
 * Specification 1.0.
 */
public enum Float8Format {
    /** 4 exponent bits, no infinities, largest 448; the pattern of all ones is NaN. */
    E4M3(4, 3, 7, 448f),
    /** 5 exponent bits, IEEE-like with infinities, largest 57344. */
    E5M2(5, 2, 15, 57344f);

    private static final int FLOAT_BIAS = 127;

    private final int mantissaBits;
    private final int bias;
    private final float largest;
    private final float smallestNormal;
    private final float[] levels = new float[256];

    Float8Format(int exponentBits, int mantissaBits, int bias, float largest) {
        this.mantissaBits = mantissaBits;
        this.bias = bias;
        this.largest = largest;
        this.smallestNormal = Math.scalb(1f, 1 - bias);
        for (int code = 0; code < levels.length; code++) {
            levels[code] = value(code, exponentBits);
        }
    }

    private float value(int code, int exponentBits) {
        int exponent = code >> mantissaBits & (1 << exponentBits) - 1;
        int mantissa = code & (1 << mantissaBits) - 1;
        float fraction = (float) mantissa / (1 << mantissaBits);
        float magnitude = exponent == 0 ? Math.scalb(fraction, 1 - bias) : Math.scalb(1 + fraction, exponent - bias);
        if (magnitude > largest) {
            boolean infinite = this.mantissaBits == 2 && mantissa == 0;
            magnitude = infinite ? Float.POSITIVE_INFINITY : Float.NaN;
        }
        return code < 128 ? magnitude : -magnitude;
    }

    /** The largest finite number. */
    public float largest() {
        return largest;
    }

    public float decode(byte code) {
        return levels[code & 0xFF];
    }

    /** All 256 values by code; NaN and infinities included. */
    public float[] levels() {
        return levels.clone();
    }

    /** The nearest number, ties to the even mantissa; beyond the largest: the largest. NaN stays NaN. */
    public byte encode(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 24 & 0x80;
        if (Float.isNaN(value)) {
            return (byte) (sign | 0x7F);
        }
        float magnitude = Math.min(Math.abs(value), largest);
        int code;
        if (magnitude < smallestNormal) {
            // In units of the smallest number; adding 2^23 leaves no bit for fractions, and rounds halves to even.
            code = (int) (magnitude / smallestNormal * (1 << mantissaBits) + 0x1p23f - 0x1p23f);
        } else {
            // Half a unit of the last place kept, less one where that place is even; a carry runs into the exponent by itself.
            int bits = Float.floatToRawIntBits(magnitude);
            int dropped = 23 - mantissaBits;
            int rounded = bits + (1 << dropped - 1) - 1 + (bits >>> dropped & 1) >>> dropped;
            code = rounded - (FLOAT_BIAS - bias << mantissaBits);
        }
        return (byte) (sign | code);
    }
}
