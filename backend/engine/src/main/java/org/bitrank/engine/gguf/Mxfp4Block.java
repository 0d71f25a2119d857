package org.bitrank.engine.gguf;

/** MXFP4: an exponent and 32 four-bit floats (E2M1), {@code value = 2^(exponent - 127) * e2m1}; only read. */
final class Mxfp4Block implements BlockCodec.Decoder {
    private static final int HALF = 16;
    /** Doubled, as in ggml, so that they are integers; there is no negative zero among them. */
    private static final int[] LEVELS = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

    @Override
    public void decode(byte[] data, int at, float[] values, int to) {
        float scale = Math.scalb(1f, Bytes.unsigned(data, at) - 128);
        for (int i = 0; i < HALF; i++) {
            values[to + i] = scale * LEVELS[data[at + 1 + i] & 15];
            values[to + HALF + i] = scale * LEVELS[data[at + 1 + i] >>> 4 & 15];
        }
    }
}
