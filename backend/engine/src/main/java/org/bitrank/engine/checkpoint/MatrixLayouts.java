package org.bitrank.engine.checkpoint;

import java.util.List;

/** Every layout of quantized matrices in safetensors that can be read, in the order in which a module is held against them. */
final class MatrixLayouts {
    static final List<MatrixLayout> ALL = List.of(new PackQuantized());

    private MatrixLayouts() {}
}
