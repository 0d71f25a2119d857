package org.bitrank.engine.checkpoint.gguf;

import java.lang.foreign.MemorySegment;
import org.bitrank.kernels.BitRankException;

/**
 * The order of the rows of q and k: llama.cpp rotates neighbouring rows of a head where Hugging Face rotates its two halves, so
 * the converter to GGUF interleaves the halves. Rows are moved as bytes, whatever they hold.
 */
final class HeadRows {
    private HeadRows() {}

    /** From GGUF: row {@code 2i + h} of a head goes to {@code h * half + i}. */
    static MemorySegment toHalves(MemorySegment data, int rows, int heads, Object where) {
        return reorder(data, rows, heads, where, false);
    }

    /** To GGUF: row {@code h * half + i} of a head goes to {@code 2i + h}. */
    static MemorySegment toPairs(MemorySegment data, int rows, int heads, Object where) {
        return reorder(data, rows, heads, where, true);
    }

    private static MemorySegment reorder(MemorySegment data, int rows, int heads, Object where, boolean toPairs) {
        if (rows % (2 * heads) != 0) {
            throw BitRankException.badInput("%s: %d rows do not divide into %d heads".formatted(where, rows, heads));
        }
        long rowBytes = data.byteSize() / rows;
        int half = rows / heads / 2;
        MemorySegment ordered = MemorySegment.ofArray(new byte[Math.toIntExact(data.byteSize())]);
        for (int row = 0; row < rows; row++) {
            int first = row / (2 * half) * 2 * half;
            int inHead = row % (2 * half);
            int other = first + inHead % 2 * half + inHead / 2;
            long from = (toPairs ? other : row) * rowBytes;
            long to = (toPairs ? row : other) * rowBytes;
            MemorySegment.copy(data, from, ordered, to, rowBytes);
        }
        return ordered;
    }
}
