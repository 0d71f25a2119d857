package org.bitrank.engine.quantize.calibration;

/** What a method wants to know of a layer's inputs: a part of {@link LayerInputs}. */
public enum InputNeed {
    /** Second moments: one {@code [columns, columns]} matrix for each group of layers. */
    HESSIAN,
    /** How far the inputs are off those of the unquantized model; the unquantized model is run beside the quantized one. */
    DEVIATION,
    /** Mean and largest magnitude of each column. */
    MAGNITUDES,
    /** Lowest and highest value of each column, with zero among them. */
    RANGES,
    /** The inputs of some tokens. */
    SAMPLES
}
