package org.bitrank.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class Float8FormatTest {
    /** Values of the OFP8 specification's tables. */
    @ParameterizedTest
    @CsvSource({"E4M3,0x7E,448", "E4M3,0x38,1", "E4M3,0x01,0.001953125", "E4M3,0x07,0.013671875", "E4M3,0x08,0.015625", "E4M3,0xFE,-448",
        "E5M2,0x7B,57344", "E5M2,0x3C,1", "E5M2,0x01,0.0000152587890625", "E5M2,0xFB,-57344"})
    void decodesTheSpecificationsNumbers(Float8Format format, String code, float value) {
        assertThat(format.decode((byte) Integer.decode(code).intValue())).isEqualTo(value);
    }

    @ParameterizedTest
    @EnumSource(Float8Format.class)
    void everyFiniteNumberComesBackAsItsOwnCode(Float8Format format) {
        for (int code = 0; code < 256; code++) {
            float value = format.decode((byte) code);
            if (Float.isFinite(value)) {
                assertThat(format.encode(value) & 0xFF).isEqualTo(code);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Float8Format.class)
    void betweenTwoNumbersTheNearerIsTakenAndHalvesGoToTheEvenMantissa(Float8Format format) {
        for (int code = 0; code < 0x7F; code++) {
            float low = format.decode((byte) code);
            float high = format.decode((byte) (code + 1));
            if (!Float.isFinite(high)) {
                break;
            }
            float middle = (low + high) / 2;
            assertThat((int) format.encode(middle)).isEqualTo(code % 2 == 0 ? code : code + 1);
            assertThat((int) format.encode(Math.nextUp(middle))).isEqualTo(code + 1);
            assertThat((int) format.encode(Math.nextDown(middle))).isEqualTo(code);
        }
    }

    @Test
    void largerNumbersBecomeTheLargest() {
        assertThat(Float8Format.E4M3.decode(Float8Format.E4M3.encode(1e9f))).isEqualTo(448);
        assertThat(Float8Format.E4M3.decode(Float8Format.E4M3.encode(Float.NEGATIVE_INFINITY))).isEqualTo(-448);
        assertThat(Float8Format.E4M3.decode(Float8Format.E4M3.encode(Float.NaN))).isNaN();
    }
}
