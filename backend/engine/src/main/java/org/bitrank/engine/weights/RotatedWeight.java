package org.bitrank.engine.weights;

/**
 * Codes of a matrix that was rescaled and turned before it was quantized: QuIP. The weight is
 * {@code U^T W' V diag(1 / t)}, where {@code W'} is what the codes say.
 *
 * @param turned {@code W'}
 * @param outputs {@code U}, or null where the outputs are not turned
 * @param inputs {@code V}, or null where the inputs are not turned
 * @param inputScales {@code t}, one a column, or null where there are none
 */
public record RotatedWeight(GroupedWeight turned, RandomRotation outputs, RandomRotation inputs, GroupNumbers.Plain inputScales)
        implements QuantizedWeight {
    public RotatedWeight {
        if (outputs != null && outputs.size() != turned.rows() || inputs != null && inputs.size() != turned.columns()
                || inputScales != null && inputScales.count() != turned.columns()) {
            throw new IllegalArgumentException("rotations and scales do not fit [" + turned.rows() + ", " + turned.columns() + "]");
        }
    }

    @Override
    public int rows() {
        return turned.rows();
    }

    @Override
    public int columns() {
        return turned.columns();
    }

    @Override
    public double nominalBits() {
        return turned.nominalBits();
    }

    @Override
    public float[] toFloats() {
        float[] values = turned.toFloats();
        if (inputs != null) {
            inputs.turnRowsBack(values);
        }
        if (outputs != null) {
            values = transpose(values, rows(), columns());
            outputs.turnRowsBack(values);
            values = transpose(values, columns(), rows());
        }
        if (inputScales != null) {
            float[] scale = inputScales.values();
            for (int i = 0; i < values.length; i++) {
                values[i] /= scale[i % scale.length];
            }
        }
        return values;
    }

    /** {@code [rows, columns]} to {@code [columns, rows]}. */
    public static float[] transpose(float[] values, int rows, int columns) {
        var turned = new float[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                turned[column * rows + row] = values[row * columns + column];
            }
        }
        return turned;
    }
}
