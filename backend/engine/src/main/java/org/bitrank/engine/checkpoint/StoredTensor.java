package org.bitrank.engine.checkpoint;

import java.util.List;

/** An entry of a safetensors header; the offset counts from the end of the header. */
record StoredTensor(String name, SafetensorsType type, List<Integer> shape, long offset, long bytes) {
    long elements() {
        long elements = 1;
        for (int dimension : shape) {
            elements *= dimension;
        }
        return elements;
    }
}
