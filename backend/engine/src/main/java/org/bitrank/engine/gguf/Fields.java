package org.bitrank.engine.gguf;

/**
 * Two-bit fields of 256 codes in 64 bytes: each half of the codes has 32 bytes, and byte {@code i} of them holds codes
 * {@code i}, {@code i + 32}, {@code i + 64} and {@code i + 96} of that half, lowest bits first.
 */
final class Fields {
    private static final int HALF = 128;
    private static final int QUARTER = 32;

    private Fields() {}

    static void unpack(byte[] data, int at, int[] codes) {
        for (int i = 0; i < 2 * HALF; i++) {
            codes[i] = data[at + i / HALF * QUARTER + i % QUARTER] >>> 2 * (i % HALF / QUARTER) & 3;
        }
    }

    /** Adds the lowest two bits of each code to bytes that are zero. */
    static void pack(int[] codes, byte[] data, int at) {
        for (int i = 0; i < 2 * HALF; i++) {
            data[at + i / HALF * QUARTER + i % QUARTER] |= (byte) ((codes[i] & 3) << 2 * (i % HALF / QUARTER));
        }
    }
}
