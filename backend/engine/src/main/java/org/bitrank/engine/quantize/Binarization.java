package org.bitrank.engine.quantize;

import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/**
 * The best two values for some weights: their mean, less and plus the mean distance from it. Both are rounded to the type in
 * which they are stored before anything is coded with them. No weights: both are zero.
 */
record Binarization(float mean, float spread) {
    /** Says which weights count. */
    interface Chosen {
        boolean test(int i);
    }

    /** Of the chosen ones among {@code weights[from .. to - 1]}. */
    static Binarization of(float[] weights, int from, int to, Chosen chosen, DType type) {
        double sum = 0;
        int count = 0;
        for (int i = from; i < to; i++) {
            if (chosen.test(i)) {
                sum += weights[i];
                count++;
            }
        }
        if (count == 0) {
            return new Binarization(0, 0);
        }
        float mean = stored((float) (sum / count), type);
        double distance = 0;
        for (int i = from; i < to; i++) {
            if (chosen.test(i)) {
                distance += Math.abs(weights[i] - mean);
            }
        }
        return new Binarization(mean, stored((float) (distance / count), type));
    }

    boolean upper(float weight) {
        return weight >= mean;
    }

    float decode(boolean upper) {
        return upper ? mean + spread : mean - spread;
    }

    /** A number of either sign as its type stores it. */
    static float stored(float value, DType type) {
        float rounded = switch (type) {
            case FLOAT32 -> value;
            case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16(value));
            case BFLOAT16 -> Float.intBitsToFloat(DenseWeight.floatToBfloat16(value) << 16);
            case INT32 -> throw new IllegalArgumentException("means are not integers");
        };
        if (!Float.isFinite(rounded)) {
            throw BitRankException.numerical(
                    "a mean of " + value + " does not fit " + type + "; set weights.scale-type to bfloat16 or float32");
        }
        return rounded;
    }
}
