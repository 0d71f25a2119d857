package org.bitrank.engine.checkpoint.bitrank;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.kernels.BitRankException;

/**
 * Numbers of 1 to 8 bits as one stream of bytes, lowest bits first, without gaps but for the end of the last byte: how the
 * {@code bitrank} layouts keep codes, signs and bitmaps.
 */
final class BitStream {
    /** So many numbers end at a byte, whatever their bits. */
    private static final int PIECE = 1 << 16;

    private BitStream() {}

    static int bytes(int count, int bits) {
        return Math.toIntExact(((long) count * bits + 7) / 8);
    }

    static byte[] pack(byte[] numbers, int bits) {
        var packed = new byte[bytes(numbers.length, bits)];
        pieces(numbers.length).forEach(piece -> {
            int out = piece * (PIECE / 8) * bits;
            int buffer = 0;
            int held = 0;
            for (int i = piece * PIECE; i < Math.min(numbers.length, (piece + 1) * PIECE); i++) {
                buffer |= (numbers[i] & 0xFF) << held;
                held += bits;
                while (held >= 8) {
                    packed[out++] = (byte) buffer;
                    buffer >>>= 8;
                    held -= 8;
                }
            }
            if (held > 0) {
                packed[out] = (byte) buffer;
            }
        });
        return packed;
    }

    static byte[] unpack(byte[] packed, int count, int bits) {
        int mask = (1 << bits) - 1;
        var numbers = new byte[count];
        pieces(count).forEach(piece -> {
            int in = piece * (PIECE / 8) * bits;
            int buffer = 0;
            int held = 0;
            for (int i = piece * PIECE; i < Math.min(count, (piece + 1) * PIECE); i++) {
                if (held < bits) {
                    buffer |= (packed[in++] & 0xFF) << held;
                    held += 8;
                }
                numbers[i] = (byte) (buffer & mask);
                buffer >>>= bits;
                held -= bits;
            }
        });
        return numbers;
    }

    private static IntStream pieces(int count) {
        return IntStream.range(0, (count + PIECE - 1) / PIECE).parallel();
    }

    /** No numbers are no tensor. */
    static void write(SafetensorsWriter file, String name, byte[] numbers, int bits) {
        if (numbers.length == 0) {
            return;
        }
        byte[] packed = pack(numbers, bits);
        file.put(name, SafetensorsType.U8, List.of(packed.length), MemorySegment.ofArray(packed));
    }

    static void write(SafetensorsWriter file, String name, boolean[] flags) {
        var numbers = new byte[flags.length];
        for (int i = 0; i < flags.length; i++) {
            numbers[i] = (byte) (flags[i] ? 1 : 0);
        }
        write(file, name, numbers, 1);
    }

    /** The numbers of a tensor, which must be as long as they take. */
    static byte[] read(SafetensorsParts parts, String part, int count, int bits) {
        if (count == 0) {
            return new byte[0];
        }
        parts.require(part, SafetensorsType.U8, List.of(bytes(count, bits)));
        return unpack(parts.byteArray(part), count, bits);
    }

    /**
     * The flags of a bitmap.
     *
     * @param set how many must be set, which other tensors were made for
     */
    static boolean[] readFlags(SafetensorsParts parts, String part, int count, int set) {
        byte[] numbers = read(parts, part, count, 1);
        var flags = new boolean[count];
        int found = 0;
        for (int i = 0; i < count; i++) {
            flags[i] = numbers[i] != 0;
            found += numbers[i];
        }
        if (found != set) {
            throw BitRankException.badInput("%s has %d bits set, where %d were expected; the checkpoint is damaged, get it again"
                    .formatted(parts.name(part), found, set));
        }
        return flags;
    }
}
