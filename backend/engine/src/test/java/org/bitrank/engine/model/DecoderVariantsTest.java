package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What families leave to their config, and forms in which their weights are stored: each tiny model against the logits and the
 * greedy continuation of transformers. {@code make.py} beside the models made them.
 */
class DecoderVariantsTest {
    private static final float TOLERANCE = 1e-4f;

    private final Backend backend = new CpuBackend(ComputeType.FLOAT32);

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    @ParameterizedTest
    @CsvSource({
        "bloom-norm-of-residual", "gpt2-scaled-by-layer", "mixtral-fused-experts", "neox-yarn-partial", "opt-bare",
        "opt-norm-after-projected", "phi3-longrope-partial"
    })
    void computesWhatTransformersDoes(String name) throws URISyntaxException {
        Path folder = Path.of(DecoderVariantsTest.class.getResource("/decoders/" + name + "/config.json").toURI()).getParent();
        JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json"));
        int[] tokens = ModelFixture.ids(expected.get("tokens"));
        try (var checkpoint = Checkpoint.open(folder); var model = CausalLM.load(checkpoint, backend)) {
            assertThat(ModelFixture.logits(model, TokenBatch.of(tokens))).containsExactly(floats(expected.get("logits")), within(TOLERANCE));
            int[] greedy = ModelFixture.ids(expected.get("greedy"));
            try (var generator = new GreedyGenerator(model)) {
                assertThat(generator.generate(tokens, greedy.length, _ -> false))
                        .isEqualTo(Arrays.stream(greedy).boxed().toList());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"gpt2-scaled-by-layer", "mixtral-fused-experts", "bloom-norm-of-residual"})
    void sequencesInOneBatchEqualEachAlone(String name) throws URISyntaxException {
        Path folder = Path.of(DecoderVariantsTest.class.getResource("/decoders/" + name + "/config.json").toURI()).getParent();
        int[] one = {3, 17, 8, 31};
        int[] other = {1, 22, 22, 5, 38, 11};
        try (var checkpoint = Checkpoint.open(folder); var model = CausalLM.load(checkpoint, backend)) {
            float[] together = ModelFixture.logits(model, TokenBatch.of(one, other));
            float[] alone = ModelFixture.logits(model, TokenBatch.of(other));
            assertThat(Arrays.copyOfRange(together, together.length - alone.length, together.length)).isEqualTo(alone);
        }
    }

    private static float[] floats(JsonNode list) {
        var values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).floatValue();
        }
        return values;
    }
}
