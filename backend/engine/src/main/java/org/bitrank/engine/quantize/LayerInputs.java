package org.bitrank.engine.quantize;

/**
 * What calibration has learnt of the input that a group of layers reads. Only what the method {@linkplain
 * QuantizationMethod#needs needs} is there; the rest is null. A method may overwrite the Hessian.
 *
 * @param hessian {@code 2 / sequences * sum x x^T}, row-major {@code [columns, columns]}
 * @param deviation {@code 2 / sequences * sum (x~ - x) x^T}, where {@code x~} is the same input in the unquantized model
 * @param meanMagnitude mean of {@code |x_j|} over all tokens, for each column
 * @param largestMagnitude largest {@code |x_j|} over all tokens, for each column
 * @param samples inputs of some tokens, spread evenly over the calibration data, row-major {@code [n, columns]}
 */
public record LayerInputs(float[] hessian, float[] deviation, float[] meanMagnitude, float[] largestMagnitude, float[] samples) {
    /** Inputs of a method that looks at no data. */
    public static final LayerInputs NONE = new LayerInputs(null, null, null, null, null);

    /** Inputs of which only the second moments are known. */
    public static LayerInputs ofHessian(float[] hessian) {
        return new LayerInputs(hessian, null, null, null, null);
    }
}
