package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** A checkpoint whose layers round their inputs in the tool that owns its format, though no key of its configuration says so. */
class ForeignRoundingTest {
    /** transformers' BitLinear, in float32. Without the rounding the logits are 0.05 off. */
    @Test
    void bitNetRoundsItsInputsAsTransformersDoes() {
        var folder = SharedFiles.path("fixtures/quantized/bitnet-ternary-2bit");
        var list = JsonMapper.shared().readTree(SharedFiles.path("fixtures/quantized/inputs.json")).path("input_ids").get(0);
        var tokens = new int[list.size()];
        Arrays.setAll(tokens, i -> list.get(i).intValue());
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32);
                var expected = SafetensorsFile.open(folder.resolve("expected_dequant.safetensors"))) {
            float[] tool = expected.floats("logits_tool");
            float[] logits = Logits.of(folder, tokens, backend);
            assertThat(Arrays.copyOfRange(logits, logits.length - tool.length, logits.length)).containsExactly(tool, within(1e-4f));
        }
    }
}
