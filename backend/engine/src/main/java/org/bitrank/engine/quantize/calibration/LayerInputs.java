package org.bitrank.engine.quantize.calibration;

/**
 * What calibration has learnt of the input that a group of layers reads. Only what the method {@linkplain
 * QuantizationMethod#needs needs} is there; the rest is null. A method may overwrite the Hessian.
 *
 * @param hessian {@code 2 / sequences * sum x x^T}, row-major {@code [columns, columns]}
 * @param deviation {@code 2 / sequences * sum (x~ - x) x^T}, where {@code x~} is the same input in the unquantized model
 * @param meanMagnitude mean of {@code |x_j|} over all tokens, for each column
 * @param largestMagnitude largest {@code |x_j|} over all tokens, for each column
 * @param lowest lowest {@code min(x_j, 0)} over all tokens, for each column
 * @param highest highest {@code max(x_j, 0)} over all tokens, for each column
 * @param samples inputs of some tokens, spread evenly over the calibration data, row-major {@code [n, columns]}
 */
public record LayerInputs(
        float[] hessian, float[] deviation, float[] meanMagnitude, float[] largestMagnitude, float[] lowest, float[] highest, float[] samples) {
    /** Inputs of a method that looks at no data. */
    public static final LayerInputs NONE = new LayerInputs(null, null, null, null, null);

    /** Inputs of which the ranges are not known. */
    public LayerInputs(float[] hessian, float[] deviation, float[] meanMagnitude, float[] largestMagnitude, float[] samples) {
        this(hessian, deviation, meanMagnitude, largestMagnitude, null, null, samples);
    }

    /** With a Hessian of its own. */
    public LayerInputs copy() {
        return new LayerInputs(hessian == null ? null : hessian.clone(), deviation, meanMagnitude, largestMagnitude, lowest, highest, samples);
    }

    /** The same of inputs whose column {@code c} is divided by {@code factors[c]}. */
    public LayerInputs dividedBy(float[] factors) {
        return new LayerInputs(
                moments(hessian, factors),
                moments(deviation, factors),
                columns(meanMagnitude, factors),
                columns(largestMagnitude, factors),
                columns(lowest, factors),
                columns(highest, factors),
                columns(samples, factors));
    }

    private static float[] moments(float[] matrix, float[] factors) {
        if (matrix == null) {
            return null;
        }
        int n = factors.length;
        var divided = new float[matrix.length];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                divided[i * n + j] = matrix[i * n + j] / factors[i] / factors[j];
            }
        }
        return divided;
    }

    private static float[] columns(float[] rows, float[] factors) {
        if (rows == null) {
            return null;
        }
        var divided = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            divided[i] = rows[i] / factors[i % factors.length];
        }
        return divided;
    }

    /** Inputs of which only the second moments are known. */
    public static LayerInputs ofHessian(float[] hessian) {
        return new LayerInputs(hessian, null, null, null, null);
    }
}
