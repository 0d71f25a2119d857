package org.bitrank.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightsTest {
    private static final int ROWS = 3;
    private static final int COLUMNS = 37;

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, 0, NaN", "FLOAT32, 110, Infinity", "FLOAT32, 63, -Infinity", "FLOAT16, 1, NaN", "FLOAT16, 109, Infinity",
        "BFLOAT16, 110, NaN", "BFLOAT16, 40, -Infinity"
    })
    void theFirstBadNumberIsNamed(DType dtype, int at, float bad) {
        var values = new float[ROWS * COLUMNS];
        values[at] = bad;
        values[values.length - 1] = bad;
        assertThatThrownBy(() -> Weights.requireFinite("w", DenseWeight.of(values, ROWS, COLUMNS, dtype)))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                .hasMessageContaining("tensor w holds NaN or infinity, first at [%d, %d];".formatted(at / COLUMNS, at % COLUMNS));
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 3.4028234663852886E38", "FLOAT16, 65504", "BFLOAT16, 3.3895313892515355E38"})
    void theLargestNumberIsFinite(DType dtype, float largest) {
        var values = new float[ROWS * COLUMNS];
        values[50] = largest;
        values[60] = -largest;
        assertThatCode(() -> Weights.requireFinite("w", DenseWeight.of(values, ROWS, COLUMNS, dtype))).doesNotThrowAnyException();
    }

    @Test
    void gridsAreToldInWords() {
        assertThat(new AffineGrid(4, false)).hasToString("4-bit integers with zero points");
        assertThat(new AffineGrid(8, true)).hasToString("8-bit integers without zero points");
    }

    @Test
    void scalesAreCheckedToo() {
        var weight = GroupedWeight.of(1, 4, new AffineGrid(4, true), new byte[4], null, 2, new float[] {1, Float.NaN}, null, DType.FLOAT32);
        assertThatThrownBy(() -> Weights.requireFinite("w", weight)).hasMessageContaining("tensor w: the scale of group 1");
    }
}
