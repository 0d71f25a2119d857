package org.bitrank.engine.gguf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers in a block. */
final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    /** A float16 number. */
    static float half(byte[] data, int at) {
        return Float.float16ToFloat((short) SHORT.get(data, at));
    }

    /** Rounds to the nearest float16, ties to even, and returns what was stored. */
    static float putHalf(byte[] data, int at, float value) {
        short half = Float.floatToFloat16(value);
        SHORT.set(data, at, half);
        return Float.float16ToFloat(half);
    }

    static int unsigned(byte[] data, int at) {
        return data[at] & 0xFF;
    }

    static int unsignedShort(byte[] data, int at) {
        return (short) SHORT.get(data, at) & 0xFFFF;
    }

    static void putShort(byte[] data, int at, int value) {
        SHORT.set(data, at, (short) value);
    }

    static int integer(byte[] data, int at) {
        return (int) INT.get(data, at);
    }

    static void putInteger(byte[] data, int at, int value) {
        INT.set(data, at, value);
    }
}
