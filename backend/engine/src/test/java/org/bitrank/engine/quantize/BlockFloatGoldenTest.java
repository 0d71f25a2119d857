package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One layer, quantized by bitsandbytes 0.50.2 on its CPU back end: every code and every maximum is the same. */
class BlockFloatGoldenTest {
    private static final String FOLDER = "fixtures/quantized/method-goldens/";

    @ParameterizedTest
    @ValueSource(strings = {"nf4", "fp4"})
    void codesAndMaximaAreThoseOfBitsandbytes(String type) throws Exception {
        try (var golden = SafetensorsFile.open(SharedFiles.path(FOLDER + "bnb.safetensors"))) {
            GroupedWeight plain = quantize(type, false);
            byte[] packed = golden.bytes(type + "_b64_f16.packed").toArray(ValueLayout.JAVA_BYTE);
            assertThat(packed(plain.codes())).isEqualTo(packed);
            assertThat(plain.scales().values()).isEqualTo(golden.floats(type + "_b64_f16.absmax"));

            GroupedWeight nested = quantize(type, true);
            String key = type + "_b64_f16_dq";
            var scales = (GroupNumbers.DoubleQuantized) nested.scales();
            assertThat(nested.codes()).isEqualTo(plain.codes());
            assertThat(scales.codes()).isEqualTo(golden.bytes(key + ".absmax_u8").toArray(ValueLayout.JAVA_BYTE));
            assertThat(scales.maxima()).isEqualTo(golden.floats(key + ".nested_absmax"));
            assertThat(scales.codebook()).isEqualTo(golden.floats(key + ".nested_quant_map"));
            assertThat(new float[] {scales.offset()}).isEqualTo(golden.floats(key + ".nested_offset"));
        }
    }

    private static GroupedWeight quantize(String type, boolean doubleQuantization) {
        BlockFloat method = type.equals("nf4") ? BlockFloat.nf4() : BlockFloat.fp4();
        try (var inputs = SafetensorsFile.open(SharedFiles.path(FOLDER + "inputs.safetensors"))) {
            var layer = new LayerGroup.Layer("layer", 256, 512, inputs.floats("W"));
            return (GroupedWeight) method.quantize(
                            new LayerGroup(List.of(layer), LayerInputs.NONE),
                            method.weightsSchema().defaults(),
                            new BlockFloat.Options(doubleQuantization),
                            null)
                    .getFirst();
        }
    }

    /** Two codes a byte, the first in the high half. */
    private static byte[] packed(byte[] codes) {
        var packed = new byte[codes.length / 2];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = (byte) (codes[2 * i] << 4 | codes[2 * i + 1]);
        }
        return packed;
    }
}
