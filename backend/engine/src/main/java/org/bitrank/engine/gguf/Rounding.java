package org.bitrank.engine.gguf;

/** The ways in which ggml rounds. */
final class Rounding {
    /** 1.5 * 2^23: added to a float it leaves no fraction bits, so the sum is rounded to an integer. */
    private static final float MAGIC = 12_582_912f;

    private Rounding() {}

    /** Nearest, ties to even; ggml's {@code nearest_int}, for magnitudes below 2^22. */
    static int nearest(float value) {
        return (Float.floatToRawIntBits(value + MAGIC) & 0x007F_FFFF) - 0x0040_0000;
    }

    /** Nearest, ties away from zero; C's {@code roundf}. In double, where adding a half is exact. */
    static int awayFromZero(float value) {
        int magnitude = (int) Math.floor(Math.abs((double) value) + 0.5);
        return value < 0 ? -magnitude : magnitude;
    }

    static int clamp(int value, int least, int most) {
        return Math.max(least, Math.min(most, value));
    }
}
