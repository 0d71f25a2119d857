package org.bitrank.engine.checkpoint.ternary;

/** Codes 0, 1, 2 in bytes, the first lowest. */
public enum TernaryPacking {
    /** Five in a byte, which is their number in base 3: 1.6 bits each. */
    BASE_3("ternary", "weight_base3", 5) {
        @Override
        byte pack(byte[] codes, int from, int count) {
            int value = 0;
            for (int i = count - 1; i >= 0; i--) {
                value = value * 3 + codes[from + i];
            }
            return (byte) value;
        }

        @Override
        boolean unpack(byte packed, byte[] codes, int from, int count) {
            int value = packed & 0xFF;
            for (int i = 0; i < count; i++) {
                codes[from + i] = (byte) (value % 3);
                value /= 3;
            }
            return value == 0;
        }
    },
    /** Four in a byte, two bits each. */
    TWO_BITS("ternary-2bit", "weight_2bit", 4) {
        @Override
        byte pack(byte[] codes, int from, int count) {
            int value = 0;
            for (int i = 0; i < count; i++) {
                value |= codes[from + i] << 2 * i;
            }
            return (byte) value;
        }

        @Override
        boolean unpack(byte packed, byte[] codes, int from, int count) {
            boolean known = (packed & 0xFF) >>> 2 * count == 0;
            for (int i = 0; i < count; i++) {
                codes[from + i] = (byte) (packed >>> 2 * i & 3);
                known &= codes[from + i] != 3;
            }
            return known;
        }
    };

    private final String format;
    private final String tensor;
    private final int perByte;

    TernaryPacking(String format, String tensor, int perByte) {
        this.format = format;
        this.tensor = tensor;
        this.perByte = perByte;
    }

    /** The name of the format. */
    String format() {
        return format;
    }

    /** The name of the tensor of codes. */
    String tensor() {
        return tensor;
    }

    int bytes(int count) {
        return (count + perByte - 1) / perByte;
    }

    abstract byte pack(byte[] codes, int from, int count);

    /** Whether the byte holds such codes only, and nothing after them. */
    abstract boolean unpack(byte packed, byte[] codes, int from, int count);

    byte[] pack(byte[] codes) {
        var packed = new byte[bytes(codes.length)];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = pack(codes, i * perByte, Math.min(perByte, codes.length - i * perByte));
        }
        return packed;
    }

    /** The codes, or null where a byte holds something else. */
    byte[] unpack(byte[] packed, int count) {
        var codes = new byte[count];
        for (int i = 0; i < packed.length; i++) {
            if (!unpack(packed[i], codes, i * perByte, Math.min(perByte, count - i * perByte))) {
                return null;
            }
        }
        return codes;
    }
}
