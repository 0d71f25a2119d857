package org.bitrank.engine.quantize;

import org.bitrank.engine.weights.ActivationScheme;

/** Entropy of activations, in nats: {@code -sum p_i ln p_i} with {@code p_i = |x_i| / sum |x|} over all numbers of a layer's input. */
final class ActivationEntropy {
    private ActivationEntropy() {}

    /** @return 0 of nothing, and of zeros alone */
    static double of(float[] values) {
        double sum = 0;
        double weighted = 0;
        for (float value : values) {
            double magnitude = Math.abs(value);
            if (magnitude > 0) {
                sum += magnitude;
                weighted += magnitude * Math.log(magnitude);
            }
        }
        return sum == 0 ? 0 : Math.log(sum) - weighted / sum;
    }

    /** The same of the numbers as they are once rounded. @param scheme of integers, with its scales; values are {@code [n, columns]} */
    static double of(float[] values, int columns, ActivationScheme scheme) {
        float[] scales = scheme.scales();
        float[] zeros = scheme.zeros();
        int lowest = scheme.symmetric() ? -(1 << scheme.bits() - 1) : 0;
        int highest = scheme.symmetric() ? (1 << scheme.bits() - 1) - 1 : (1 << scheme.bits()) - 1;
        var rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int shared = scales.length == 1 ? 0 : i % columns;
            float zero = zeros == null ? 0 : zeros[shared];
            double code = Math.clamp(Math.rint(values[i] / scales[shared]) + zero, lowest, highest);
            rounded[i] = (float) (code - zero) * scales[shared];
        }
        return of(rounded);
    }
}
