package org.bitrank.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.bitrank.kernels.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenseWeightTest {
    @ParameterizedTest
    @CsvSource({
        // halfway between two neighbours goes to the even one
        "1.00390625, 1.0", "1.01171875, 1.015625", "-1.00390625, -1.0", "1.00390637, 1.0078125", "3.4028235E38, Infinity", "1E-40, 9.1835E-41"
    })
    void bfloat16RoundsToTheNearestAndTiesToEven(float value, float rounded) {
        assertThat(DenseWeight.of(new float[] {value}, 1, 1, DType.BFLOAT16).toFloats()[0]).isEqualTo(rounded);
    }

    @Test
    void notANumberStaysNotANumber() {
        float smallestNan = Float.intBitsToFloat(0x7F80_0001);
        assertThat(DenseWeight.of(new float[] {smallestNan}, 1, 1, DType.BFLOAT16).toFloats()[0]).isNaN();
        assertThat(DenseWeight.of(new float[] {smallestNan}, 1, 1, DType.FLOAT16).toFloats()[0]).isNaN();
    }

    @Test
    void everyFloat16ComesBack() {
        var values = new float[1 << 16];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.float16ToFloat((short) i);
        }
        assertThat(DenseWeight.of(values, 256, 256, DType.FLOAT16).toFloats()).isEqualTo(values);
    }
}
