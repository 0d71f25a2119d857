package org.bitrank.engine.quantize;

import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.Codebooks;

/** Codes of the Open Compute Project's FP4 (E2M1): nearest, halves to the even mantissa, beyond 6 the 6. */
final class Float4 {
    static final float LARGEST = 6;

    private static final int SIGN = 8;
    private static final LevelSearch MAGNITUDES = magnitudes();

    private Float4() {}

    private static LevelSearch magnitudes() {
        float[] levels = Codebooks.E2M1.levels();
        var borders = new float[SIGN - 1];
        var codes = new byte[SIGN];
        for (int code = 0; code < SIGN; code++) {
            codes[code] = (byte) code;
            if (code > 0) {
                float middle = (levels[code - 1] + levels[code]) / 2;
                // A number on the border belongs to the lower level; to the upper one when that is even.
                borders[code - 1] = code % 2 == 0 ? Math.nextDown(middle) : middle;
            }
        }
        return new LevelSearch(borders, codes);
    }

    /** All that a recipe can say of weights that are stored so. */
    static OptionsSchema<WeightSettings> weights(int groupSize) {
        return WeightSettings.Type.FLOAT
                .schema()
                .fixed("bits", "4")
                .fixed("group-size", Integer.toString(groupSize))
                .fixed("symmetric", "true")
                .fixed("scale-type", "float32");
    }

    /** A negative number keeps its sign even when it becomes zero. */
    static byte code(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 28 & SIGN;
        return (byte) (sign | MAGNITUDES.code(Math.abs(value)));
    }

    /** Codes of {@code weights[from .. to - 1] / scale}. */
    static void codes(float[] weights, int from, int to, float scale, byte[] codes) {
        for (int i = from; i < to; i++) {
            codes[i] = code(weights[i] / scale);
        }
    }
}
