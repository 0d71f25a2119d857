package org.bitrank.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/**
 * Tensor types of GGUF. Those without a decoder are known by name and size only, so that a refusal can name them. Layouts:
 * ggml's {@code ggml-common.h} and gguf-py's {@code quants.py}, https://github.com/ggml-org/llama.cpp.
 */
enum GgufType {
    F32(0, 1, 4, 32),
    F16(1, 1, 2, 16),
    Q4_0(2, 32, 18, 4),
    Q4_1(3, 32, 20, 4),
    Q5_0(6, 32, 22, 5),
    Q5_1(7, 32, 24, 5),
    Q8_0(8, 32, 34, 8),
    Q8_1(9, 32, 36, 8),
    Q2_K(10, 256, 84, 2),
    Q3_K(11, 256, 110, 3),
    Q4_K(12, 256, 144, 4),
    Q5_K(13, 256, 176, 5),
    Q6_K(14, 256, 210, 6),
    Q8_K(15, 256, 292, 8),
    IQ2_XXS(16, 256, 66, 2),
    IQ2_XS(17, 256, 74, 2),
    IQ3_XXS(18, 256, 98, 3),
    IQ1_S(19, 256, 50, 1),
    IQ4_NL(20, 32, 18, 4),
    IQ3_S(21, 256, 110, 3),
    IQ2_S(22, 256, 82, 2),
    IQ4_XS(23, 256, 136, 4),
    I8(24, 1, 1, 8),
    I16(25, 1, 2, 16),
    I32(26, 1, 4, 32),
    I64(27, 1, 8, 64),
    F64(28, 1, 8, 64),
    IQ1_M(29, 256, 56, 1),
    BF16(30, 1, 2, 16),
    TQ1_0(34, 256, 54, 2),
    TQ2_0(35, 256, 66, 2),
    MXFP4(39, 32, 17, 4),
    NVFP4(40, 64, 36, 4);

    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int HALF_BYTES = 2;

    private final int code;
    private final int blockElements;
    private final int blockBytes;
    private final int bits;

    GgufType(int code, int blockElements, int blockBytes, int bits) {
        this.code = code;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.bits = bits;
    }

    static GgufType of(int code, String tensor, String file) {
        for (GgufType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw BitRankException.unsupported("%s: tensor %s has the unknown GGUF type %d".formatted(file, tensor, code));
    }

    int bits() {
        return bits;
    }

    int blockElements() {
        return blockElements;
    }

    /** Bytes of a row of {@code elements}, which must divide into blocks. */
    long bytes(long elements) {
        return elements / blockElements * blockBytes;
    }

    boolean readable() {
        return switch (this) {
            case F32, F16, BF16, Q8_0, Q4_0, Q4_1 -> true;
            default -> false;
        };
    }

    StoredBytes stored(long bytes) {
        return switch (this) {
            case F32, F16, BF16, F64, I8, I16, I32, I64 -> StoredBytes.dense(bytes);
            default -> {
                long blocks = bytes / blockBytes;
                long codes = blocks * blockElements * bits / Byte.SIZE;
                long minima = this == Q4_1 || this == Q5_1 ? blocks * HALF_BYTES : 0;
                yield new StoredBytes(0, codes, bytes - codes - minima, minima, 0, 0);
            }
        };
    }

    /**
     * The numbers of a tensor: float types as they lie in the file; blocks decoded in float32 and rounded once to float16
     * (nearest, ties to even), which is also what transformers gives for {@code dtype=float16}.
     */
    DenseWeight decode(MemorySegment data, int rows, int columns) {
        return switch (this) {
            case F32 -> new DenseWeight(DType.FLOAT32, rows, columns, data);
            case F16 -> new DenseWeight(DType.FLOAT16, rows, columns, data);
            case BF16 -> new DenseWeight(DType.BFLOAT16, rows, columns, data);
            case Q8_0, Q4_0, Q4_1 -> decodeBlocks(data, rows, columns);
            default -> throw new IllegalStateException(this + " has no decoder");
        };
    }

    private DenseWeight decodeBlocks(MemorySegment data, int rows, int columns) {
        var values = new short[Math.multiplyExact(rows, columns)];
        IntStream.range(0, rows).parallel().forEach(row -> {
            var block = new float[blockElements];
            for (int at = row * columns; at < (row + 1) * columns; at += blockElements) {
                decodeBlock(data, at, block);
                for (int i = 0; i < blockElements; i++) {
                    values[at + i] = Float.floatToFloat16(block[i]);
                }
            }
        });
        return new DenseWeight(DType.FLOAT16, rows, columns, MemorySegment.ofArray(values));
    }

    /** The numbers in float32, without the rounding of {@link #decode}. */
    float[] decodeExactly(MemorySegment data, int rows, int columns) {
        if (blockElements == 1) {
            return decode(data, rows, columns).toFloats();
        }
        var values = new float[Math.multiplyExact(rows, columns)];
        var block = new float[blockElements];
        for (int at = 0; at < values.length; at += blockElements) {
            decodeBlock(data, at, block);
            System.arraycopy(block, 0, values, at, blockElements);
        }
        return values;
    }

    private void decodeBlock(MemorySegment data, int element, float[] values) {
        long at = (long) element / blockElements * blockBytes;
        float scale = half(data, at);
        switch (this) {
            case Q8_0 -> {
                for (int i = 0; i < blockElements; i++) {
                    values[i] = scale * data.get(ValueLayout.JAVA_BYTE, at + HALF_BYTES + i);
                }
            }
            // Adding -0 keeps the sign of a zero.
            case Q4_0 -> decodeNibbles(data, at + HALF_BYTES, values, -8, scale, -0f);
            case Q4_1 -> decodeNibbles(data, at + 2 * HALF_BYTES, values, 0, scale, half(data, at + HALF_BYTES));
            default -> throw new IllegalStateException(this + " has no decoder");
        }
    }

    /** Low nibbles are the first half of the block, high ones the second. */
    private void decodeNibbles(MemorySegment data, long at, float[] values, int offset, float scale, float minimum) {
        int half = blockElements / 2;
        for (int i = 0; i < half; i++) {
            int codes = data.get(ValueLayout.JAVA_BYTE, at + i) & 0xFF;
            values[i] = scale * ((codes & 15) + offset) + minimum;
            values[half + i] = scale * ((codes >>> 4) + offset) + minimum;
        }
    }

    private static float half(MemorySegment data, long at) {
        return Float.float16ToFloat(data.get(HALF, at));
    }
}
