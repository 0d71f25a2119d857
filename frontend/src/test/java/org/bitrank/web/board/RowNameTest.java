package org.bitrank.web.board;

import static org.assertj.core.api.Assertions.assertThat;

import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowNameTest {
    private static ResultRow row(String method, String label, double bits) {
        return row(method, label, bits, null);
    }

    private static ResultRow row(String method, String label, double bits, Double activationBits) {
        return new ResultRow(0, Provenance.MEASURED, null, "m", method, label, bits, activationBits, 64, false, false, "smoke", "compressed-tensors", "key", "line",
                null, null, null, bits, 1L, null, null, null, null, "cpu", null, null, null, null, java.util.List.of());
    }

    @Test
    void theStepsOfAChainAreNamedInOrder() {
        RowName name = RowName.of(row("gptq", "smoothquant + gptq 4-bit g64 act-order", 4));
        assertThat(name.bold()).isEqualTo("SmoothQuant + GPTQ");
        assertThat(name.small()).isEqualTo("g64 · asymmetric · act-order");
    }

    @Test
    void roundedInputsAreNamedOnce() {
        assertThat(RowName.of(row("submitted", "their-model", 8, 8.0)).small()).isEqualTo("g64 · asymmetric · A8");
        assertThat(RowName.of(row("smoothquant", "smoothquant 8-bit channel A8 g64", 8, 8.0)).small()).isEqualTo("g64 · asymmetric · A8");
    }

    @ParameterizedTest
    @CsvSource({"4, 4", "1.7000000001, 1.7", "1.0949, 1.09", "2.999, 3"})
    void bitsHaveNoMoreThanTwoDecimals(double bits, String text) {
        assertThat(RowName.bits(bits)).isEqualTo(text);
    }
}
