package org.bitrank.web.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bitrank.service.result.RowDetail.PartOfBits;
import org.junit.jupiter.api.Test;

class PriceTableTest {
    @Test
    void aNameThatPromisesMuchLessThanIsStoredIsExplained() {
        assertThat(PriceTable.words(4.0, List.of(part("codes", 4), part("scales", 0.25)), 4.25))
                .isEqualTo("The file holds 4.25 bits for each quantized weight: 4.00 for codes, 0.25 for scales.");
        assertThat(PriceTable.words(1.7, List.of(part("codes", 1.7), part("indices", 1), part("scales", 0.5)), 3.2))
                .endsWith("The name says 1.7: what tells special weights from others, and their scales, is left out of it.");
    }

    /** Two bits in GGUF's blocks of four; weights that are rounded to ternary only when the model runs. */
    @Test
    void codesInWiderBlocksAreNoSpecialWeights() {
        assertThat(PriceTable.words(2.0, List.of(part("codes", 4), part("scales", 0.5)), 4.5))
                .endsWith("0.50 for scales. The name says 2: its codes are stored in more bits than they need.");
        assertThat(PriceTable.words(1.58, List.of(part("codes", 16)), 16)).endsWith("The name says 1.58: its codes are stored in more bits than they need.");
    }

    private static PartOfBits part(String name, double bits) {
        return new PartOfBits(name, 1, bits);
    }
}
