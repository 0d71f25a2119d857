package org.bitrank.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;

class CodebooksTest {
    /** The tables that bitsandbytes 0.50 stores beside its codes. */
    @Test
    void levelsAreThoseOfBitsandbytes() throws Exception {
        try (var golden = SafetensorsFile.open(SharedFiles.path("fixtures/quantized/method-goldens/bnb.safetensors"))) {
            assertThat(Codebooks.NF4.levels()).isEqualTo(golden.floats("nf4_b64_f16.quant_map"));
            // As numbers: our -0 is a 0 there.
            assertThat(Codebooks.FP4.levels()).usingComparatorWithPrecision(0f).containsExactly(golden.floats("fp4_b64_f16.quant_map"));
            assertThat(Codebooks.DYNAMIC.levels()).isEqualTo(golden.floats("nf4_b64_f16_dq.nested_quant_map"));
        }
    }

    @Test
    void smallFloatsAreThoseOfTheSpecification() {
        assertThat(Codebooks.E2M1.levels())
                .containsExactly(0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6);
        assertThat(Codebooks.E4M3.levels()[0x7E]).isEqualTo(448);
    }

    @Test
    void everyCodeHasALevel() {
        assertThat(Stream.of(Codebooks.NF4, Codebooks.FP4, Codebooks.E2M1, Codebooks.E4M3, Codebooks.DYNAMIC))
                .allSatisfy(grid -> assertThat(grid.levels()).hasSize(1 << grid.bits()));
        assertThat(Codebooks.TERNARY.levels()).containsExactly(-1, 0, 1);
    }
}
