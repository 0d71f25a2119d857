package org.bitrank.engine.quantize;

import java.util.stream.IntStream;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** Copies on the device. */
public final class Tensors {
    private Tensors() {}

    public static Tensor copy(Tensor source, Backend backend) {
        return rows(source, IntStream.range(0, Math.toIntExact(source.rows())).toArray(), backend);
    }

    /** The rows of these numbers, in their order. */
    static Tensor rows(Tensor source, int[] rows, Backend backend) {
        Tensor copy = backend.allocate(source.dtype(), new Shape(rows.length, source.columns()));
        backend.gatherRows(source, rows, copy);
        return copy;
    }
}
