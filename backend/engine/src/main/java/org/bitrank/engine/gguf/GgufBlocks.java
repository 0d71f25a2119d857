package org.bitrank.engine.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.bitrank.engine.weights.QuantizedWeight;

/**
 * A matrix as GGUF keeps it: every row a run of blocks. Rows can be reordered as bytes, because no block reaches beyond its row.
 *
 * @param data {@code rows} times {@link GgufType#bytes} of {@code columns}, often a mapped file
 */
public record GgufBlocks(GgufType type, int rows, int columns, MemorySegment data) implements QuantizedWeight {
    public GgufBlocks {
        if (columns % type.blockElements() != 0 || data.byteSize() != rows * type.bytes(columns)) {
            throw new IllegalArgumentException("%d bytes for %s [%d, %d]".formatted(data.byteSize(), type, rows, columns));
        }
    }

    /**
     * Chooses blocks as llama.cpp's {@code ggml_quantize_chunk} does without an importance matrix: the same bytes.
     *
     * @param columns a multiple of the type's block
     */
    public static GgufBlocks quantize(GgufType type, float[] values, int rows, int columns) {
        if (columns % type.blockElements() != 0) {
            throw new IllegalArgumentException("rows of %d for blocks of %d".formatted(columns, type.blockElements()));
        }
        int rowBytes = Math.toIntExact(type.bytes(columns));
        var data = new byte[Math.multiplyExact(rows, rowBytes)];
        IntStream.range(0, rows).parallel().forEach(row -> {
            for (int block = 0; block < columns / type.blockElements(); block++) {
                type.codec().encode(values, row * columns + block * type.blockElements(), data, row * rowBytes + block * type.blockBytes());
            }
        });
        return new GgufBlocks(type, rows, columns, MemorySegment.ofArray(data));
    }

    @Override
    public double nominalBits() {
        return type.nominalBits();
    }

    /** What the blocks' formula says, in float32. */
    @Override
    public float[] toFloats() {
        var values = new float[Math.multiplyExact(rows, columns)];
        int rowBytes = Math.toIntExact(type.bytes(columns));
        IntStream.range(0, rows).parallel().forEach(row -> {
            // Through a small array: access to those is faster than to segments.
            byte[] bytes = data.asSlice((long) row * rowBytes, rowBytes).toArray(ValueLayout.JAVA_BYTE);
            for (int block = 0; block < columns / type.blockElements(); block++) {
                type.codec().decode(bytes, block * type.blockBytes(), values, row * columns + block * type.blockElements());
            }
        });
        return values;
    }
}
