package org.bitrank.engine.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.bitrank.kernels.DType;

/**
 * Numbers as they lie on disk, often a mapped file.
 *
 * @param dtype float32, float16 or bfloat16
 * @param data {@code rows * columns} little-endian elements, row-major
 */
public record DenseWeight(DType dtype, int rows, int columns, MemorySegment data) implements Weight {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int PIECE = 1 << 16;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public DenseWeight {
        long expected = (long) rows * columns * dtype.bytes();
        if (data.byteSize() != expected) {
            throw new IllegalArgumentException("%d bytes for %s [%d, %d], which needs %d"
                    .formatted(data.byteSize(), dtype, rows, columns, expected));
        }
    }

    /** Float32 numbers in heap memory. */
    public static DenseWeight of(float[] values, int rows, int columns) {
        return new DenseWeight(DType.FLOAT32, rows, columns, MemorySegment.ofArray(values));
    }

    /** Numbers in {@code dtype}, rounded to nearest even, in heap memory. */
    public static DenseWeight of(float[] values, int rows, int columns, DType dtype) {
        if (dtype == DType.FLOAT32) {
            return of(values, rows, columns);
        }
        var rounded = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = dtype == DType.FLOAT16 ? Float.floatToFloat16(values[i]) : floatToBfloat16(values[i]);
        }
        return new DenseWeight(dtype, rows, columns, MemorySegment.ofArray(rounded));
    }

    /** Nearest bfloat16, ties to even; NaN stays NaN. */
    public static short floatToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }

    @Override
    public float[] toFloats() {
        int n = Math.multiplyExact(rows, columns);
        var values = new float[n];
        switch (dtype) {
            case FLOAT32 -> MemorySegment.copy(data, FLOAT, 0, values, 0, n);
            case FLOAT16, BFLOAT16 -> {
                int pieces = (n + PIECE - 1) / PIECE;
                IntStream.range(0, pieces).parallel().forEach(piece -> widen(values, piece * PIECE, Math.min(PIECE, n - piece * PIECE)));
            }
            case INT32 -> throw new IllegalStateException("an INT32 tensor is no weight");
        }
        return values;
    }

    /** Through a small array, because loops over arrays are compiled to vector instructions and loops over segments are not. */
    private void widen(float[] values, int from, int count) {
        var halves = new short[count];
        MemorySegment.copy(data, SHORT, (long) from * Short.BYTES, halves, 0, count);
        if (dtype == DType.FLOAT16) {
            for (int i = 0; i < count; i++) {
                values[from + i] = Float.float16ToFloat(halves[i]);
            }
        } else {
            for (int i = 0; i < count; i++) {
                values[from + i] = Float.intBitsToFloat(halves[i] << 16);
            }
        }
    }
}
