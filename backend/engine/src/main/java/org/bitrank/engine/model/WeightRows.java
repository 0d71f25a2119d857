package org.bitrank.engine.model;

import java.lang.foreign.MemorySegment;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;

/** Picks rows out of a matrix; a quantized one is decoded once for all picks. */
final class WeightRows {
    private final DenseWeight weight;

    WeightRows(Weight weight) {
        this.weight = weight instanceof DenseWeight dense
                ? dense
                : DenseWeight.of(weight.toFloats(), weight.rows(), weight.columns());
    }

    DenseWeight of(int[] rows) {
        long bytes = (long) weight.columns() * weight.dtype().bytes();
        MemorySegment picked = MemorySegment.ofArray(new byte[Math.toIntExact(rows.length * bytes)]);
        for (int i = 0; i < rows.length; i++) {
            MemorySegment.copy(weight.data(), rows[i] * bytes, picked, i * bytes, bytes);
        }
        return new DenseWeight(weight.dtype(), rows.length, weight.columns(), picked);
    }
}
