package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.SourceAround;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.CodebookGrid;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.cpu.ReferenceBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.ObjectMapper;

/**
 * Whole checkpoints of the quantization tools against transformers in float32 on the weights that the tools decode. Those are
 * rounded to float16 (HQQ: after every step), ours are not, so the same is done here before the numbers are compared.
 */
class QuantizedLogitsTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "awq-gemm-w4-g128", "bitnet-ternary-2bit", "bnb-nf4-dq", "ct-w4a16-asym-g128", "gptqmodel-w4-g32-act-sym-v1", "hqq-3bit-g64"
    })
    void logitsEqualThoseOfTransformers(String fixture) {
        Path folder = SharedFiles.path("fixtures/quantized/" + fixture);
        int[] ids = ModelFixture.ids(new ObjectMapper().readTree(SharedFiles.path("fixtures/quantized/inputs.json")).path("input_ids").get(0));
        try (var backend = new ReferenceBackend(ComputeType.FLOAT32);
                Checkpoint checkpoint = Checkpoint.open(folder);
                var expected = SafetensorsFile.open(folder.resolve("expected_dequant.safetensors"));
                var model = CausalLM.load(ModelConfig.of(checkpoint.config()), new Rounded(checkpoint.weights()), backend)) {
            float[] last = expected.floats("logits");
            float[] logits = ModelFixture.logits(model, TokenBatch.of(ids));
            assertThat(Arrays.copyOfRange(logits, logits.length - last.length, logits.length)).containsExactly(last, within(1e-3f));
        }
    }

    private record Rounded(WeightSource source) implements SourceAround {
        /** The expected logits are those of the weights alone. */
        @Override
        public Optional<ActivationScheme> activations(String linear) {
            return Optional.empty();
        }

        @Override
        public Weight read(String name) {
            Weight weight = source.read(name);
            if (!(weight instanceof GroupedWeight grouped) || grouped.grid() instanceof CodebookGrid grid && grid.name().equals("ternary")) {
                return weight;
            }
            float[] values = grouped.toFloats();
            if (grouped.zeros() != null) {
                float[] scales = grouped.scales().values();
                for (int i = 0; i < values.length; i++) {
                    int group = grouped.layout().group(i / grouped.columns(), i % grouped.columns(), grouped.columns());
                    float steps = Float.float16ToFloat(Float.floatToFloat16((grouped.codes()[i] & 0xFF) - grouped.zeros()[group]));
                    values[i] = steps * scales[group];
                }
            }
            return DenseWeight.of(values, grouped.rows(), grouped.columns(), DType.FLOAT16);
        }
    }
}
