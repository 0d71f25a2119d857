package org.bitrank.engine.checkpoint.codes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Two codes of 4 bits in a byte, in the two orders that formats use. */
public enum Nibbles {
    LOW_FIRST(0, 4),
    HIGH_FIRST(4, 0);

    private final int first;
    private final int second;

    Nibbles(int first, int second) {
        this.first = first;
        this.second = second;
    }

    /** @param count of codes; half as many bytes, rounded up, are read */
    public byte[] unpack(MemorySegment packed, int count) {
        byte[] bytes = packed.toArray(ValueLayout.JAVA_BYTE);
        var codes = new byte[count];
        for (int i = 0; i + 1 < count; i += 2) {
            codes[i] = (byte) (bytes[i / 2] >>> first & 15);
            codes[i + 1] = (byte) (bytes[i / 2] >>> second & 15);
        }
        if (count % 2 == 1) {
            codes[count - 1] = (byte) (bytes[count / 2] >>> first & 15);
        }
        return codes;
    }

    /** An odd last code has a zero beside it. */
    public byte[] pack(byte[] codes) {
        var bytes = new byte[(codes.length + 1) / 2];
        for (int i = 0; i < bytes.length; i++) {
            int next = 2 * i + 1 < codes.length ? codes[2 * i + 1] : 0;
            bytes[i] = (byte) (codes[2 * i] << first | next << second);
        }
        return bytes;
    }
}
