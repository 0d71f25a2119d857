package org.bitrank.engine.gguf;

/**
 * TQ1_0 and TQ2_0: 256 weights that are {@code scale * (-1, 0 or 1)}, the float16 scale behind the codes. TQ2_0 has two bits each
 * ({@link Fields}). TQ1_0 has five in a byte: the fraction that a byte is of 256, written in base three, has a code in each of
 * its first five places.
 *
 * @param fives TQ1_0
 */
record TernaryBlock(boolean fives) implements BlockCodec {
    private static final int SIZE = 256;
    private static final int[] POWERS = {1, 3, 9, 27, 81, 243};

    /** Bytes of TQ1_0: {@code bytes} of them, {@code places} codes in each, codes of one place next to each other. */
    private record Stretch(int at, int bytes, int places, int code) {}

    private static final Stretch[] STRETCHES = {new Stretch(0, 32, 5, 0), new Stretch(32, 16, 5, 160), new Stretch(48, 4, 4, 240)};

    @Override
    public void decode(byte[] data, int at, float[] values, int to) {
        float scale = Bytes.half(data, at + scaleAt());
        if (!fives) {
            var codes = new int[SIZE];
            Fields.unpack(data, at, codes);
            for (int i = 0; i < SIZE; i++) {
                values[to + i] = (codes[i] - 1) * scale;
            }
            return;
        }
        for (Stretch stretch : STRETCHES) {
            for (int place = 0; place < stretch.places; place++) {
                for (int i = 0; i < stretch.bytes; i++) {
                    int rest = data[at + stretch.at + i] * POWERS[place] & 0xFF;
                    values[to + stretch.code + place * stretch.bytes + i] = ((rest * 3 >> 8) - 1) * scale;
                }
            }
        }
    }

    @Override
    public void encode(float[] values, int from, byte[] data, int at) {
        float scale = Math.abs(Extremes.signed(values, from, SIZE));
        float inverse = scale == 0 ? 0 : 1 / scale;
        var codes = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            codes[i] = Rounding.awayFromZero(values[from + i] * inverse) + 1;
        }
        pack(codes, scale, data, at);
    }

    /** @param codes 0, 1 or 2 */
    void pack(int[] codes, float scale, byte[] data, int at) {
        Bytes.putHalf(data, at + scaleAt(), scale);
        if (!fives) {
            Fields.pack(codes, data, at);
            return;
        }
        for (Stretch stretch : STRETCHES) {
            for (int i = 0; i < stretch.bytes; i++) {
                int number = 0;
                for (int place = 0; place < 5; place++) {
                    number = number * 3 + (place < stretch.places ? codes[stretch.code + place * stretch.bytes + i] : 0);
                }
                // Rounded up, so that multiplying by three brings each place out whole.
                data[at + stretch.at + i] = (byte) ((number * 256 + 242) / 243);
            }
        }
    }

    private int scaleAt() {
        return fives ? 52 : 64;
    }
}
