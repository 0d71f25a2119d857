package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.cpu.ReferenceBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.ObjectMapper;

/** Models of llama-quantize's blocks against transformers in float32 on the same weights. */
class GgufLogitsTest {
    @ParameterizedTest
    @ValueSource(strings = {"gguf-mixed-types", "gguf-q4_k_m", "gguf-tq1_0", "gguf-tq2_0"})
    void logitsEqualThoseOfTransformers(String fixture) {
        Path folder = SharedFiles.path("fixtures/quantized/" + fixture);
        int[] ids = ModelFixture.ids(new ObjectMapper().readTree(SharedFiles.path("fixtures/quantized/inputs.json")).path("input_ids").get(0));
        try (var backend = new ReferenceBackend(ComputeType.FLOAT32);
                Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.gguf"));
                var expected = SafetensorsFile.open(folder.resolve("expected_dequant.safetensors"));
                var model = CausalLM.load(ModelConfig.of(checkpoint.config()), checkpoint.weights(), backend)) {
            float[] last = expected.floats("logits");
            float[] logits = ModelFixture.logits(model, TokenBatch.of(ids));
            assertThat(Arrays.copyOfRange(logits, logits.length - last.length, logits.length)).containsExactly(last, within(1e-3f));
        }
    }
}
