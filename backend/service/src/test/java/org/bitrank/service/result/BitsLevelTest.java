package org.bitrank.service.result;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitsLevelTest {
    @ParameterizedTest
    @CsvSource({
        "4, 4", "4.194444444444445, 4", "4.97, 5", "2.999, 3", "5.33, 5", "16, 16", "2, 2", "1.99, 2", "2.625, 2",
        "1.1375054253472223, 1.1", "1.06, 1.1", "1, 1", "1.7, 1.7", "1.58, 1.58", "1.584962500721156, 1.58"})
    void mixesCountAsWhatTheyMixWiderCodesInto(double bits, String level) {
        assertThat(BitsLevel.of(bits)).isEqualTo(level);
    }
}
