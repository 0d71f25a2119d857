package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Converter;
import org.bitrank.engine.checkpoint.SourceAround;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PlacedPictures;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.cpu.CpuBackend;
import org.bitrank.kernels.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** LLaVA-1.5 and LLaVA-NeXT from picture files to generated text, against transformers in float32, under every naming. */
class LlavaTest {
    private static final float TOLERANCE = 1e-4f;

    private final Backend reference = new ReferenceBackend(ComputeType.FLOAT32);
    private final Backend cpu = new CpuBackend(ComputeType.FLOAT32);

    @AfterEach
    void closeBackends() {
        reference.close();
        cpu.close();
    }

    static List<LlavaFixture> all() {
        return LlavaFixture.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void picturesBecomeTheRowsThatTransformersPutsIntoThePrompt(LlavaFixture fixture) {
        try (Checkpoint checkpoint = fixture.open(); var expected = fixture.tensors()) {
            ModelConfig config = ModelConfig.of(checkpoint.config());
            PictureReader reader = PictureReader.of(checkpoint, config.vision());
            for (Backend backend : List.of(reference, cpu)) {
                try (var encoder = PictureEncoder.load(config, checkpoint.weights(), backend)) {
                    for (LlavaFixture.Case example : fixture.cases()) {
                        assertThat(example.images().stream().mapToInt(reader::tokens).toArray()).isEqualTo(example.ids("image_tokens_per_image"));
                        for (int i = 0; i < example.images().size(); i++) {
                            assertThat(encoder.encode(reader.read(example.images().get(i))))
                                    .as("%s, picture %d", example.name(), i)
                                    .containsExactly(expected.floats(example.name() + ".image_features." + i), within(TOLERANCE));
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void logitsAndTextEqualThoseOfTransformers(LlavaFixture fixture) {
        for (Backend backend : List.of(reference, cpu)) {
            try (Checkpoint checkpoint = fixture.open(); var model = CausalLM.load(checkpoint, backend); var expected = fixture.tensors();
                    var generator = new GreedyGenerator(model)) {
                for (LlavaFixture.Case example : fixture.cases()) {
                    int[] ids = shown(model, fixture, example, "prompt_ids_before_expansion");
                    assertThat(shown(model, fixture, example, "input_ids")).isEqualTo(ids);
                    assertThat(backend.download(model.hidden(TokenBatch.of(ids))))
                            .containsExactly(expected.floats(example.name() + ".last_hidden_state"), within(TOLERANCE));
                    assertThat(ModelFixture.logits(model, TokenBatch.of(ids)))
                            .as(example.name())
                            .containsExactly(expected.floats(example.name() + ".logits"), within(TOLERANCE));
                    assertThat(generator.generate(ids, 8, _ -> false))
                            .isEqualTo(Arrays.stream(example.ids("generated")).boxed().toList());
                }
            }
        }
    }

    private static int[] shown(CausalLM model, LlavaFixture fixture, LlavaFixture.Case example, String key) {
        return PlacedPictures.expand(example.ids(key), fixture.imageToken(), example.images(), model.pictures().tokens());
    }

    @Test
    void idsThatDoNotMatchThePicturesAreRefused() {
        LlavaFixture fixture = all().getFirst();
        try (Checkpoint checkpoint = fixture.open(); var model = CausalLM.load(checkpoint, cpu)) {
            List<ImageSource> one = fixture.cases().getFirst().images();
            assertThatThrownBy(() -> PlacedPictures.expand(new int[] {1, 261, 2, 261}, 261, one, model.pictures().tokens()))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("(261) 2 times").hasMessageContaining("1 pictures of 16 tokens");
            assertThat(PlacedPictures.repeated(fixture.cases().getFirst().ids("input_ids"), one, model.pictures().tokens())).hasValue(261);
            assertThat(PlacedPictures.repeated(new int[] {261, 7}, one, model.pictures().tokens())).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void textAloneNeedsNothingOfTheTower(LlavaFixture fixture) {
        try (Checkpoint checkpoint = fixture.open()) {
            WeightSource text = new Without(checkpoint.weights(), "vision_tower.", "multi_modal_projector.", "image_newline");
            ModelConfig config = ModelConfig.of(checkpoint.config());
            try (var model = CausalLM.load(config, text, cpu); var whole = CausalLM.load(checkpoint, cpu)) {
                assertThat(ModelFixture.logits(model, TokenBatch.of(new int[] {1, 2, 3})))
                        .isEqualTo(ModelFixture.logits(whole, TokenBatch.of(new int[] {1, 2, 3})));
            }
            assertThatThrownBy(() -> PictureEncoder.load(config, text, cpu))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("holds no vision tower").hasMessageContaining("transformers");
            var damaged = new Without(checkpoint.weights(), "vision_tower.vision_model.encoder.layers.1.mlp.fc1.bias");
            assertThatThrownBy(() -> PictureEncoder.load(config, damaged, cpu))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("vision_tower.vision_model.encoder.layers.1.mlp.fc1.bias is missing");
        }
    }

    /** The layers behind the features that are read need not be there. */
    @Test
    void onlyTheBlocksInFrontOfTheFeaturesAreLoaded() {
        try (Checkpoint checkpoint = all().getFirst().open()) {
            ModelConfig config = ModelConfig.of(checkpoint.config());
            assertThat(config.vision().blocksRun()).isEqualTo(2);
            var weights = new Without(checkpoint.weights(), "vision_tower.vision_model.encoder.layers.2.", "vision_tower.vision_model.post_layernorm.");
            PictureEncoder.load(config, weights, cpu).close();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void artifactsKeepTheNamesTheirBaseHas(LlavaFixture fixture, @TempDir Path folder) {
        Path artifact = folder.resolve("artifact");
        LlavaFixture.Case example = fixture.cases().getLast();
        try (Checkpoint base = fixture.open()) {
            new Converter(base, new TreeMap<>(), Progress.SILENT).toDense(artifact, null);
            try (var before = SafetensorsFile.open(fixture.checkpoint().resolve("model.safetensors"));
                    var after = SafetensorsFile.open(artifact.resolve("model.safetensors"));
                    Checkpoint written = Checkpoint.open(artifact);
                    var ours = CausalLM.load(base, cpu);
                    var again = CausalLM.load(written, cpu)) {
                assertThat(after.names()).isEqualTo(before.names());
                assertThat(base.weights().names().stream().map(base::storedName).collect(Collectors.toSet())).isEqualTo(before.names());
                int[] ids = shown(ours, fixture, example, "input_ids");
                assertThat(shown(again, fixture, example, "input_ids")).isEqualTo(ids);
                assertThat(ModelFixture.logits(again, TokenBatch.of(ids))).isEqualTo(ModelFixture.logits(ours, TokenBatch.of(ids)));
            }
        }
    }

    /** A checkpoint without some of its tensors. */
    private record Without(WeightSource source, String... prefixes) implements SourceAround {
        @Override
        public SortedSet<String> names() {
            var names = new TreeSet<>(source.names());
            names.removeIf(name -> Arrays.stream(prefixes).anyMatch(name::startsWith));
            return names;
        }
    }
}
