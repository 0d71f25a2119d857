package org.bitrank.engine.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A linear layer as the checkpoint holds it.
 *
 * @param name {@code model.layers.0.self_attn.qkv_proj}
 * @param inputs columns of its matrix
 * @param biased whether it has a bias
 * @param parts rows of what it makes, each part by itself: one part, or queries, keys and values
 */
record LinearShape(String name, int inputs, boolean biased, List<int[]> parts) {
    /** A matrix that makes one thing. */
    static LinearShape of(String name, int outputs, int inputs, boolean biased) {
        return new LinearShape(name, inputs, biased, List.of(IntStream.range(0, outputs).toArray()));
    }

    /** A matrix in which the parts lie one below the other. */
    static List<int[]> stacked(int... sizes) {
        var parts = new int[sizes.length][];
        int from = 0;
        for (int part = 0; part < sizes.length; part++) {
            parts[part] = IntStream.range(from, from + sizes[part]).toArray();
            from += sizes[part];
        }
        return List.of(parts);
    }

    /** A matrix in which {@code count} parts take turns, head by head. */
    static List<int[]> byHead(int count, int heads, int headSize) {
        var parts = new int[count][heads * headSize];
        for (int part = 0; part < count; part++) {
            for (int i = 0; i < heads * headSize; i++) {
                parts[part][i] = (i / headSize * count + part) * headSize + i % headSize;
            }
        }
        return Arrays.asList(parts);
    }

    int outputs() {
        return parts.stream().mapToInt(part -> part.length).sum();
    }

    int[] lastPart() {
        return parts.getLast();
    }
}
