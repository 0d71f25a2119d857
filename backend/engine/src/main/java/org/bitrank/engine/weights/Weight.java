package org.bitrank.engine.weights;

/** One stored matrix {@code [rows, columns]} = {@code [outputs, inputs]}; a vector is one row. */
public sealed interface Weight permits DenseWeight, QuantizedWeight {
    int rows();

    int columns();

    /** The values in float32, row-major. A quantized weight is decoded: this is its meaning. */
    float[] toFloats();
}
