package org.bitrank.engine.checkpoint;

/**
 * What a checkpoint says of one tensor without reading it.
 *
 * @param encoding how it is stored: {@code F16}, {@code BF16}, {@code Q4_1}, {@code pack-quantized 4-bit} …
 * @param bytes everything stored for it: codes, scales, zero points, indices
 */
public record TensorInfo(String name, int rows, int columns, String encoding, long bytes) {
    public long elements() {
        return (long) rows * columns;
    }
}
