package org.bitrank.engine.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonRandomTest {
    /** Expected: CPython 3.11, {@code r = random.Random(seed); [r.randint(0, 302929) for _ in range(5)], r.random(), r.getrandbits(32)}. */
    @ParameterizedTest
    @CsvSource({
        "0, 201979 220500 21225 135746 268055, 0.48592769656281265, 3943786419",
        "42, 58369 13112 144194 128393 117026, 0.1395379285251439, 440213415",
        "1099511627783, 299048 249521 131514 66453 270959, 0.37526993096870054, 3091373771"
    })
    void drawsWhatCPythonDraws(long seed, String integers, double real, long bits) {
        var random = new PythonRandom(seed);
        for (String expected : integers.split(" ")) {
            assertThat(random.between(0, 302929)).isEqualTo(Integer.parseInt(expected));
        }
        assertThat(random.real()).isEqualTo(real);
        assertThat(random.bits(32)).isEqualTo(bits);
    }
}
