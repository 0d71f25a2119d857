package org.bitrank.engine.checkpoint.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.bitrank.kernels.BitRankException;

/** Reads the head of a GGUF file from front to back; every count is held against the bytes that are left. */
final class GgufReader {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MAXIMUM_DIMENSIONS = 4;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private final MemorySegment file;
    private final String name;
    private long at;

    GgufReader(MemorySegment file, String name) {
        this.file = file;
        this.name = name;
    }

    long position() {
        return at;
    }

    int u8() {
        return file.get(ValueLayout.JAVA_BYTE, take(1)) & 0xFF;
    }

    int u16() {
        return file.get(SHORT, take(Short.BYTES)) & 0xFFFF;
    }

    int u32() {
        return file.get(INT, take(Integer.BYTES));
    }

    long u64() {
        return file.get(LONG, take(Long.BYTES));
    }

    /** A number of things that take at least {@code bytesEach}. */
    long count(int bytesEach) {
        long count = u64();
        if (count < 0 || count > (file.byteSize() - at) / bytesEach) {
            throw truncated();
        }
        return count;
    }

    String string() {
        int length = (int) Math.min(count(1), Integer.MAX_VALUE);
        byte[] bytes = file.asSlice(take(length), length).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    GgufMetadata metadata(long pairs) {
        var values = new TreeMap<String, Object>();
        for (long i = 0; i < pairs; i++) {
            String key = string();
            if (values.put(key, value(u32(), key)) != null) {
                throw BitRankException.badInput("%s has the metadata key %s twice".formatted(name, key));
            }
        }
        return new GgufMetadata(values, name);
    }

    private Object value(int type, String key) {
        return switch (type) {
            case 0, 1, 2, 3, 4, 5, 10, 11 -> integer(type);
            case 6, 12 -> floating(type);
            case 7 -> u8() != 0;
            case STRING -> string();
            case ARRAY -> array(key, 0);
            default -> throw BitRankException.badInput("%s: metadata key %s has the unknown type %d".formatted(name, key, type));
        };
    }

    private long integer(int type) {
        return switch (type) {
            case 0 -> u8();
            case 1 -> (byte) u8();
            case 2 -> u16();
            case 3 -> (short) u16();
            case 4 -> Integer.toUnsignedLong(u32());
            case 5 -> u32();
            default -> u64();
        };
    }

    /** A float as the decimal number that its shortest text means, so that 1e-5f is 1e-5. */
    private double floating(int type) {
        return type == 6 ? Double.parseDouble(Float.toString(Float.intBitsToFloat(u32()))) : Double.longBitsToDouble(u64());
    }

    private Object array(String key, int depth) {
        int type = u32();
        return switch (type) {
            case 0, 1, 2, 3, 4, 5, 10, 11 -> {
                var values = new long[elements(integerBytes(type))];
                for (int i = 0; i < values.length; i++) {
                    values[i] = integer(type);
                }
                yield values;
            }
            case 6, 12 -> {
                var values = new double[elements(type == 6 ? Float.BYTES : Double.BYTES)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = type == 6 ? Float.intBitsToFloat(u32()) : Double.longBitsToDouble(u64());
                }
                yield values;
            }
            case 7 -> {
                var values = new boolean[elements(1)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = u8() != 0;
                }
                yield values;
            }
            case STRING -> {
                var values = new String[elements(Long.BYTES)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = string();
                }
                yield values;
            }
            case ARRAY -> {
                if (depth > 2) {
                    throw BitRankException.badInput("%s: metadata key %s nests arrays too deeply".formatted(name, key));
                }
                int length = elements(Integer.BYTES + Long.BYTES);
                var values = new ArrayList<Object>();
                for (int i = 0; i < length; i++) {
                    values.add(array(key, depth + 1));
                }
                yield List.copyOf(values);
            }
            default -> throw BitRankException.badInput("%s: metadata key %s is an array of the unknown type %d".formatted(name, key, type));
        };
    }

    private static int integerBytes(int type) {
        return switch (type) {
            case 0, 1 -> Byte.BYTES;
            case 2, 3 -> Short.BYTES;
            case 4, 5 -> Integer.BYTES;
            default -> Long.BYTES;
        };
    }

    private int elements(int bytesEach) {
        long count = count(bytesEach);
        if (count > Integer.MAX_VALUE) {
            throw truncated();
        }
        return (int) count;
    }

    /** Sizes of a tensor, slowest dimension first as everywhere else. */
    List<Integer> shape(String tensor) {
        int dimensions = u32();
        if (dimensions < 0 || dimensions > MAXIMUM_DIMENSIONS) {
            throw BitRankException.badInput("%s: tensor %s claims %s dimensions".formatted(name, tensor, Integer.toUnsignedString(dimensions)));
        }
        var shape = new ArrayList<Integer>();
        long elements = 1;
        for (int i = 0; i < dimensions; i++) {
            long size = u64();
            if (size < 1 || size > Integer.MAX_VALUE || Math.multiplyHigh(elements, size) != 0 || elements * size < 0) {
                throw BitRankException.badInput("%s: tensor %s has an impossible shape".formatted(name, tensor));
            }
            elements *= size;
            shape.addFirst((int) size);
        }
        return List.copyOf(shape);
    }

    private long take(long bytes) {
        if (bytes > file.byteSize() - at) {
            throw truncated();
        }
        long from = at;
        at += bytes;
        return from;
    }

    private BitRankException truncated() {
        return BitRankException.badInput("%s is truncated or damaged near byte %d; get it again".formatted(name, at));
    }
}
