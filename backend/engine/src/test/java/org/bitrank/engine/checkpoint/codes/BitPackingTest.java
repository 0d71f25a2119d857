package org.bitrank.engine.checkpoint.codes;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BitPackingTest {
    private static final int[] SIZES = {1, 2, 3, 7, 10, 11, 31, 32, 33, 64, 95, 100};

    @ParameterizedTest
    @EnumSource(BitPacking.class)
    void rowsComeBackAsTheyWere(BitPacking packing) {
        for (int bits = 1; bits <= 8; bits++) {
            for (int columns : SIZES) {
                byte[] codes = codes(3 * columns, bits);
                MemorySegment packed = packing.packRows(codes, 3, columns, bits);
                assertThat(packed.byteSize()).isEqualTo(3L * 4 * packing.words(columns, bits));
                assertThat(packing.unpackRows(packed, 3, columns, bits)).as("%d bits, %d columns", bits, columns).isEqualTo(codes);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(BitPacking.class)
    void columnsComeBackAsTheyWere(BitPacking packing) {
        for (int bits = 1; bits <= 8; bits++) {
            for (int rows : SIZES) {
                byte[] codes = codes(rows * 3, bits);
                var numbers = new float[codes.length];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = codes[i] & 0xFF;
                }
                MemorySegment packed = packing.packColumns(numbers, rows, 3, bits);
                assertThat(packing.unpackColumns(packed, rows, 3, bits)).as("%d bits, %d rows", bits, rows).isEqualTo(numbers);
            }
        }
    }

    @Test
    void threeBitsAreAStreamInOneLayoutAndTenToAWordInTheOther() {
        var codes = new byte[11];
        codes[0] = 5;
        codes[10] = 7;
        assertThat(BitPacking.DENSE.packRows(codes, 1, 11, 3).toArray(ValueLayout.JAVA_INT)).containsExactly(5 | 3 << 30, 1);
        assertThat(BitPacking.WORDS.packRows(codes, 1, 11, 3).toArray(ValueLayout.JAVA_INT)).containsExactly(5, 7);
    }

    private static byte[] codes(int count, int bits) {
        var random = new Random(count);
        var codes = new byte[count];
        for (int i = 0; i < count; i++) {
            codes[i] = (byte) random.nextInt(1 << bits);
        }
        return codes;
    }
}
