package org.bitrank.engine.gguf;

/** Q8_0: a float16 scale and 32 signed bytes, {@code value = scale * code}. */
final class ByteBlock implements BlockCodec {
    private static final int SIZE = 32;
    private static final int LARGEST = 127;

    @Override
    public void decode(byte[] data, int at, float[] values, int to) {
        float scale = Bytes.half(data, at);
        for (int i = 0; i < SIZE; i++) {
            values[to + i] = scale * data[at + 2 + i];
        }
    }

    @Override
    public void encode(float[] values, int from, byte[] data, int at) {
        float scale = Math.abs(Extremes.signed(values, from, SIZE)) / LARGEST;
        float inverse = scale == 0 ? 0 : 1 / scale;
        var codes = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            codes[i] = Rounding.awayFromZero(values[from + i] * inverse);
        }
        pack(codes, scale, data, at);
    }

    void pack(int[] codes, float scale, byte[] data, int at) {
        Bytes.putHalf(data, at, scale);
        for (int i = 0; i < SIZE; i++) {
            data[at + 2 + i] = (byte) codes[i];
        }
    }
}
