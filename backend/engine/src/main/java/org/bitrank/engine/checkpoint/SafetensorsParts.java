package org.bitrank.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitrank.kernels.BitRankException;

/** The tensors that a quantized module consists of, by their last name. */
record SafetensorsParts(SafetensorsSet set, String module) {
    boolean has(String part) {
        return set.contains(name(part));
    }

    StoredTensor require(String part) {
        if (!has(part)) {
            throw BitRankException.badInput("the checkpoint lacks tensor " + name(part));
        }
        return set.tensor(name(part));
    }

    void requireShape(String part, List<Integer> shape) {
        StoredTensor tensor = require(part);
        if (!tensor.shape().equals(shape) || tensor.type() != SafetensorsType.I32) {
            throw BitRankException.badInput("%s is %s %s, where I32 %s was expected".formatted(name(part), tensor.type(), tensor.shape(), shape));
        }
    }

    MemorySegment bytes(String part) {
        return set.bytes(name(part));
    }

    int[] integers(String part) {
        require(part);
        return set.integers(name(part));
    }

    float[] floats(String part) {
        return set.dense(name(part)).toFloats();
    }

    long size(String part) {
        return has(part) ? set.tensor(name(part)).bytes() : 0;
    }

    private String name(String part) {
        return module + "." + part;
    }
}
