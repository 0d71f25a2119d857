package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PlacedPictures;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Other language models, towers, layers and namings than the shared fixtures have: tiny models against the logits and the greedy
 * continuation of transformers. {@code make.py} beside the models made them.
 */
class LlavaVariantsTest {
    private static final float TOLERANCE = 1e-4f;
    private static final int IMAGE = 39;

    private final Backend backend = new CpuBackend(ComputeType.FLOAT32);

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    @ParameterizedTest
    @CsvSource({"mistral-siglip", "next-qwen2-tied", "vicuna-full-bias", "early-linear"})
    void computesWhatTransformersDoes(String name) throws URISyntaxException {
        Path folder = Path.of(LlavaVariantsTest.class.getResource("/llava/" + name + "/config.json").toURI()).getParent();
        JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json"));
        List<ImageSource> picture = List.of(ImageSource.of(folder.resolve("picture.png")));
        try (var checkpoint = Checkpoint.open(folder); var model = CausalLM.load(checkpoint, backend); var generator = new GreedyGenerator(model)) {
            int[] ids = PlacedPictures.expand(ModelFixture.ids(expected.get("tokens")), IMAGE, picture, model.pictures().tokens());
            assertThat(Arrays.stream(ids).filter(id -> id < 0).count()).isEqualTo(expected.get("image_tokens").intValue());
            float[] logits = ModelFixture.logits(model, TokenBatch.of(ids));
            float[] last = Arrays.copyOfRange(logits, logits.length - 4 * model.config().vocabularySize(), logits.length);
            assertThat(last).containsExactly(new ObjectMapper().treeToValue(expected.get("last_logits"), float[].class), within(TOLERANCE));
            int[] greedy = ModelFixture.ids(expected.get("greedy"));
            assertThat(generator.generate(ids, greedy.length, _ -> false)).isEqualTo(Arrays.stream(greedy).boxed().toList());
        }
    }
}
