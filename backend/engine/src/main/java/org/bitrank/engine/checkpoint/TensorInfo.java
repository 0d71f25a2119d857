package org.bitrank.engine.checkpoint;

import java.util.List;

/**
 * What a checkpoint says of one tensor without reading it.
 *
 * @param shape as stored; a vector has one dimension
 * @param rows the first dimension; 1 for a vector or a scalar
 * @param columns the product of the other dimensions
 * @param encoding how it is stored: {@code F16}, {@code BF16}, {@code Q4_1}, {@code pack-quantized 4-bit} …
 * @param bits of one code or number, as the format's name counts them; a mean where they differ
 * @param stored everything stored for it: codes, scales, zero points, indices
 */
public record TensorInfo(String name, List<Integer> shape, int rows, int columns, String encoding, double bits, StoredBytes stored) {
    public static TensorInfo of(String name, List<Integer> shape, String encoding, double bits, StoredBytes stored) {
        int rows = shape.size() < 2 ? 1 : shape.getFirst();
        long elements = 1;
        for (int dimension : shape) {
            elements = Math.multiplyExact(elements, dimension);
        }
        int columns = rows == 0 ? 0 : Math.toIntExact(elements / rows);
        return new TensorInfo(name, List.copyOf(shape), rows, columns, encoding, bits, stored);
    }

    public long elements() {
        return (long) rows * columns;
    }

    public long bytes() {
        return stored.total();
    }

    /** Its numbers are codes on a grid. */
    public boolean quantized() {
        return stored.codes() > 0;
    }
}
