package org.bitrank.engine.checkpoint.codes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/**
 * Codes of 1 to 8 bits in 32-bit words, lowest bits first, in the two layouts that compressed-tensors has used: {@code DENSE}
 * is a plain stream of bits (32 codes in {@code bits} words; from release 0.19 on), {@code WORDS} puts {@code 32 / bits} codes
 * into a word and leaves the rest of it unused. For 1, 2, 4 and 8 bits they are the same.
 */
public enum BitPacking {
    DENSE {
        @Override
        public int words(int codes, int bits) {
            return Math.toIntExact(((long) codes * bits + 31) / 32);
        }

        @Override
        long bitOf(int code, int bits) {
            return (long) code * bits;
        }

        /** Codes follow one another without gaps, so a row is read as a stream. */
        @Override
        void unpackRow(int[] words, byte[] codes, int from, int count, int bits) {
            int mask = (1 << bits) - 1;
            long buffer = 0;
            int held = 0;
            int word = 0;
            for (int i = 0; i < count; i++) {
                if (held < bits) {
                    buffer |= (words[word++] & 0xFFFF_FFFFL) << held;
                    held += 32;
                }
                codes[from + i] = (byte) (buffer & mask);
                buffer >>>= bits;
                held -= bits;
            }
        }
    },
    WORDS {
        @Override
        public int words(int codes, int bits) {
            int perWord = 32 / bits;
            return (codes + perWord - 1) / perWord;
        }

        @Override
        long bitOf(int code, int bits) {
            int perWord = 32 / bits;
            return code / perWord * 32L + code % perWord * bits;
        }
    };

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Words that {@code codes} codes take. */
    public abstract int words(int codes, int bits);

    /** Where a code begins, counted in bits from the start of the row. */
    abstract long bitOf(int code, int bits);

    /** Packs each row of {@code [rows, columns]} codes; the result is int32 {@code [rows, words(columns)]}. */
    public MemorySegment packRows(byte[] codes, int rows, int columns, int bits) {
        int words = words(columns, bits);
        var packed = new int[Math.multiplyExact(rows, words)];
        IntStream.range(0, rows).parallel().forEach(row -> {
            int in = row * columns;
            int out = row * words;
            for (int column = 0; column < columns; column++) {
                long bit = bitOf(column, bits);
                put(packed, out + (int) (bit >>> 5), (int) bit & 31, codes[in + column] & 0xFF, bits);
            }
        });
        return MemorySegment.ofArray(packed);
    }

    public byte[] unpackRows(MemorySegment packed, int rows, int columns, int bits) {
        int words = words(columns, bits);
        var codes = new byte[Math.multiplyExact(rows, columns)];
        IntStream.range(0, rows).parallel().forEach(row -> {
            var line = new int[words + 1];
            MemorySegment.copy(packed, WORD, (long) row * words * Integer.BYTES, line, 0, words);
            unpackRow(line, codes, row * columns, columns, bits);
        });
        return codes;
    }

    /** @param words of the row, and one more */
    void unpackRow(int[] words, byte[] codes, int from, int count, int bits) {
        for (int i = 0; i < count; i++) {
            long bit = bitOf(i, bits);
            int word = (int) (bit >>> 5);
            codes[from + i] = (byte) get(words[word], words[word + 1], (int) bit & 31, bits);
        }
    }

    /** Packs each column of {@code [rows, columns]} numbers downwards, as zero points are; int32 {@code [words(rows), columns]}. */
    public MemorySegment packColumns(float[] numbers, int rows, int columns, int bits) {
        int words = words(rows, bits);
        var packed = new int[Math.multiplyExact(words, columns)];
        for (int row = 0; row < rows; row++) {
            long bit = bitOf(row, bits);
            int word = (int) (bit >>> 5);
            for (int column = 0; column < columns; column++) {
                int code = (int) numbers[row * columns + column];
                int shift = (int) bit & 31;
                packed[word * columns + column] |= code << shift;
                if (shift + bits > 32) {
                    packed[(word + 1) * columns + column] |= code >>> (32 - shift);
                }
            }
        }
        return MemorySegment.ofArray(packed);
    }

    public float[] unpackColumns(MemorySegment packed, int rows, int columns, int bits) {
        int words = words(rows, bits);
        var numbers = new float[Math.multiplyExact(rows, columns)];
        for (int row = 0; row < rows; row++) {
            long bit = bitOf(row, bits);
            int word = (int) (bit >>> 5);
            for (int column = 0; column < columns; column++) {
                int low = packed.get(WORD, ((long) word * columns + column) * Integer.BYTES);
                int high = word + 1 < words ? packed.get(WORD, ((long) (word + 1) * columns + column) * Integer.BYTES) : 0;
                numbers[row * columns + column] = get(low, high, (int) bit & 31, bits);
            }
        }
        return numbers;
    }

    private static void put(int[] words, int word, int shift, int code, int bits) {
        words[word] |= code << shift;
        if (shift + bits > 32) {
            words[word + 1] |= code >>> (32 - shift);
        }
    }

    private static int get(int low, int high, int shift, int bits) {
        long both = low & 0xFFFF_FFFFL | (long) high << 32;
        return (int) (both >>> shift) & (1 << bits) - 1;
    }
}
