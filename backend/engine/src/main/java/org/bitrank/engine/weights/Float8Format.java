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

    private final int mantissaBits;
    private final int bias;
    private final float largest;
    private final float[] levels = new float[256];

    Float8Format(int exponentBits, int mantissaBits, int bias, float largest) {
        this.mantissaBits = mantissaBits;
        this.bias = bias;
        this.largest = largest;
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
        int exponent = Math.max(Math.getExponent(magnitude), 1 - bias);
        // Units of the last place at this exponent; rint rounds halves to even, and a carry runs into the exponent by itself.
        int units = (int) Math.rint(Math.scalb((double) magnitude, mantissaBits - exponent));
        int subnormal = 1 << mantissaBits;
        int code = units < subnormal ? units : (exponent + bias << mantissaBits) + units - subnormal;
        return (byte) (sign | code);
    }
}
