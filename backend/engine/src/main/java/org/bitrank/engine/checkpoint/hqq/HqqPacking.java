package org.bitrank.engine.checkpoint.hqq;

import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;

/**
 * How HQQ puts codes together. The matrix of groups is cut into slices of whole rows, and codes at the same place of each slice
 * share a byte (three bits: a 32-bit word, with rows of zeros added), the first slice in the highest bits.
 */
enum HqqPacking {
    ONE("1bit_u8", 1, 8),
    TWO("2bit_u8", 2, 4),
    THREE("3bit_32", 3, 10),
    FOUR("4bit_u8", 4, 2),
    EIGHT("8bit_u8", 8, 1);

    private final String tag;
    private final int bits;
    private final int slices;

    HqqPacking(String tag, int bits, int slices) {
        this.tag = tag;
        this.bits = bits;
        this.slices = slices;
    }

    /** Of so many bits; codes of 5 and 6 take a byte each. */
    static HqqPacking of(int bits) {
        return switch (bits) {
            case 1 -> ONE;
            case 2 -> TWO;
            case 3 -> THREE;
            case 4 -> FOUR;
            default -> EIGHT;
        };
    }

    String tag() {
        return tag;
    }

    SafetensorsType type() {
        return this == THREE ? SafetensorsType.I32 : SafetensorsType.U8;
    }

    /** Rows of what is stored for so many rows of codes. */
    int storedRows(int rows) {
        return (rows + slices - 1) / slices;
    }

    /** Whether so many rows divide into slices; three bits add rows. */
    boolean fits(int rows) {
        return this == THREE || rows % slices == 0;
    }

    /**
     * @param words {@code [storedRows, width]}
     * @return codes {@code [rows, width]}
     */
    byte[] unpack(int[] words, int rows, int width) {
        var codes = new byte[Math.multiplyExact(rows, width)];
        int mask = (1 << bits) - 1;
        for (int at = 0; at < codes.length; at++) {
            int slice = at / words.length;
            codes[at] = (byte) (words[at - slice * words.length] >>> bits * (slices - 1 - slice) & mask);
        }
        return codes;
    }

    int[] pack(byte[] codes, int rows, int width) {
        var words = new int[storedRows(rows) * width];
        for (int at = 0; at < codes.length; at++) {
            int slice = at / words.length;
            words[at - slice * words.length] |= (codes[at] & 0xFF) << bits * (slices - 1 - slice);
        }
        return words;
    }
}
