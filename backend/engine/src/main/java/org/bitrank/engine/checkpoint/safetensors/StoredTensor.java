package org.bitrank.engine.checkpoint.safetensors;

import java.util.List;

/** An entry of a safetensors header; the offset counts from the end of the header. */
public record StoredTensor(String name, SafetensorsType type, List<Integer> shape, long offset, long bytes) {
    public long elements() {
        long elements = 1;
        for (int dimension : shape) {
            elements *= dimension;
        }
        return elements;
    }
}
