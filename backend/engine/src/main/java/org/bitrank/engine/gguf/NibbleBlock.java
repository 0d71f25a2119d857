package org.bitrank.engine.gguf;

/**
 * Q4_0, Q4_1, Q5_0 and Q5_1: 32 weights with one float16 scale. The low four bits of codes 0 to 15 are the low nibbles of 16
 * bytes, those of 16 to 31 the high ones; fifth bits lie before them in an integer of their own. Without a minimum,
 * {@code value = scale * (code - 2^(bits-1))}; with one, {@code value = scale * code + minimum}.
 *
 * @param bits 4 or 5
 */
record NibbleBlock(int bits, boolean minimum) implements BlockCodec {
    private static final int SIZE = 32;
    private static final int HALF = SIZE / 2;

    @Override
    public void decode(byte[] data, int at, float[] values, int to) {
        float scale = Bytes.half(data, at);
        // Adding -0 keeps the sign of a zero.
        float added = minimum ? Bytes.half(data, at + 2) : -0f;
        int middle = minimum ? 0 : 1 << (bits - 1);
        int fifths = bits == 5 ? Bytes.integer(data, fifthsAt(at)) : 0;
        int codes = codesAt(at);
        for (int i = 0; i < HALF; i++) {
            int low = data[codes + i] & 15 | (fifths >>> i & 1) << 4;
            int high = data[codes + i] >>> 4 & 15 | (fifths >>> (i + HALF) & 1) << 4;
            values[to + i] = scale * (low - middle) + added;
            values[to + HALF + i] = scale * (high - middle) + added;
        }
    }

    @Override
    public void encode(float[] values, int from, byte[] data, int at) {
        float subtracted = 0;
        float scale;
        float shift;
        if (minimum) {
            float least = Float.MAX_VALUE;
            float most = -Float.MAX_VALUE;
            for (int i = from; i < from + SIZE; i++) {
                least = values[i] < least ? values[i] : least;
                most = values[i] > most ? values[i] : most;
            }
            scale = (most - least) / ((1 << bits) - 1);
            subtracted = least;
            shift = 0.5f;
            Bytes.putHalf(data, at + 2, least);
        } else {
            int middle = 1 << (bits - 1);
            scale = Extremes.signed(values, from, SIZE) / -middle;
            shift = middle + 0.5f;
        }
        float inverse = scale == 0 ? 0 : 1 / scale;
        var codes = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            codes[i] = Math.min((1 << bits) - 1, (int) ((values[from + i] - subtracted) * inverse + shift));
        }
        pack(codes, scale, data, at);
    }

    /** A block of these codes; its minimum, where the kind has one, is stored already. */
    void pack(int[] codes, float scale, byte[] data, int at) {
        Bytes.putHalf(data, at, scale);
        int fifths = 0;
        for (int i = 0; i < HALF; i++) {
            data[codesAt(at) + i] = (byte) (codes[i] & 15 | codes[HALF + i] << 4);
            fifths |= codes[i] >>> 4 << i | codes[HALF + i] >>> 4 << (i + HALF);
        }
        if (bits == 5) {
            Bytes.putInteger(data, fifthsAt(at), fifths);
        }
    }

    private int fifthsAt(int at) {
        return at + (minimum ? 4 : 2);
    }

    private int codesAt(int at) {
        return fifthsAt(at) + (bits == 5 ? Integer.BYTES : 0);
    }
}
