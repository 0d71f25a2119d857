package org.bitrank.engine.quantize;

/** What a change of weights does to the output: {@code trace((W' - W) H (W' - W)^T)}, in float64. */
final class HessianError {
    private HessianError() {}

    static double of(float[] weights, float[] changed, float[] hessian, int columns) {
        double sum = 0;
        var difference = new double[columns];
        for (int row = 0; row < weights.length / columns; row++) {
            for (int i = 0; i < columns; i++) {
                difference[i] = (double) changed[row * columns + i] - weights[row * columns + i];
            }
            for (int i = 0; i < columns; i++) {
                double inner = 0;
                for (int j = 0; j < columns; j++) {
                    inner += hessian[i * columns + j] * difference[j];
                }
                sum += difference[i] * inner;
            }
        }
        return sum;
    }
}
