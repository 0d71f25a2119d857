package org.bitrank.engine.checkpoint.bitrank;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.kernels.BitRankException;

/** The tensor of a {@code bitrank} layout that gives a matrix's sizes, and what else its other tensors do not tell. */
record MatrixForm(SafetensorsParts parts, String part, int[] numbers) {
    static void write(SafetensorsWriter file, String name, int... numbers) {
        file.put(name, SafetensorsType.I32, List.of(numbers.length), MemorySegment.ofArray(numbers));
    }

    /** The first two are rows and columns. */
    static MatrixForm read(SafetensorsParts parts, String part, int count) {
        parts.require(part, SafetensorsType.I32, List.of(count));
        var form = new MatrixForm(parts, part, parts.integers(part));
        if ((long) form.number(0, 1, Integer.MAX_VALUE) * form.number(1, 1, Integer.MAX_VALUE) > Integer.MAX_VALUE - 8) {
            throw form.wrong(1);
        }
        return form;
    }

    int rows() {
        return numbers[0];
    }

    int columns() {
        return numbers[1];
    }

    int weights() {
        return numbers[0] * numbers[1];
    }

    List<Integer> shape() {
        return List.of(rows(), columns());
    }

    /** One of the numbers, which must lie within the limits. */
    int number(int index, int least, int most) {
        if (numbers[index] < least || numbers[index] > most) {
            throw wrong(index);
        }
        return numbers[index];
    }

    private BitRankException wrong(int index) {
        return BitRankException.badInput("%s holds %d as number %d, which cannot be; the checkpoint is damaged, get it again"
                .formatted(parts.name(part), numbers[index], index));
    }
}
