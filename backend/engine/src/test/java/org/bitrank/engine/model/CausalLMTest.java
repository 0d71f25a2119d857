package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.SourceAround;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.FailureClass;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import org.bitrank.kernels.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the outputs of transformers in float32. */
class CausalLMTest {
    private static final float TOLERANCE = 1e-4f;

    private final Backend backend = new ReferenceBackend(ComputeType.FLOAT32);

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    static List<ModelFixture> all() {
        return ModelFixture.all();
    }

    static List<ModelFixture> ragged() {
        return ModelFixture.ragged();
    }

    @Test
    void everyFolderOfTheFixturesIsCompared() throws IOException {
        try (Stream<Path> entries = Files.list(SharedFiles.path("fixtures/hf/llm"))) {
            assertThat(entries.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(ModelFixture.FOLDERS);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void logitsEqualThoseOfTransformers(ModelFixture fixture) {
        try (Checkpoint checkpoint = fixture.open();
                var model = CausalLM.load(fixture.config(), checkpoint.weights(), backend);
                var expected = fixture.expectedTensors()) {
            int[] ids = ModelFixture.ids(fixture.expected().get("input_ids"));
            assertThat(ModelFixture.logits(model, TokenBatch.of(ids)))
                    .containsExactly(expected.floats("logits"), within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyBlockHandsOnTheHiddenStatesOfTransformers(ModelFixture fixture) {
        ModelConfig config = fixture.config();
        try (Checkpoint checkpoint = fixture.open();
                var expected = fixture.expectedTensors()) {
            if (!expected.names().contains("hidden_states.0")) {
                return;
            }
            int[] ids = ModelFixture.ids(fixture.expected().get("input_ids"));
            TokenBatch batch = TokenBatch.of(ids);
            try (Tensor x = backend.allocate(DType.FLOAT32, new Shape(ids.length, config.hiddenSize()));
                    var embedding = TokenEmbedding.load(config, checkpoint.weights(), backend);
                    var head = LanguageHead.load(config, checkpoint.weights(), backend)) {
                embedding.embed(batch, x);
                for (int layer = 0; layer < config.layers(); layer++) {
                    assertThat(backend.download(x))
                            .as("input of block %d", layer)
                            .containsExactly(expected.floats("hidden_states." + layer), within(TOLERANCE));
                    try (var block = DecoderBlock.load(config, layer, checkpoint.weights(), backend)) {
                        block.forward(x, batch, LinearObserver.NONE);
                    }
                }
                head.normalize(x);
                assertThat(backend.download(x)).containsExactly(expected.floats("last_hidden_state"), within(TOLERANCE));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void greedyContinuationEqualsThatOfTransformers(ModelFixture fixture) {
        try (Checkpoint checkpoint = fixture.open();
                var model = CausalLM.load(fixture.config(), checkpoint.weights(), backend)) {
            int[] ids = ModelFixture.ids(fixture.expected().get("input_ids"));
            int[] expected = ModelFixture.ids(fixture.expected().get("generated"));
            List<Integer> generated = generated(model, ids, expected.length);
            assertThat(generated).containsExactlyElementsOf(Arrays.stream(expected).boxed().toList());
        }
    }

    private static List<Integer> generated(CausalLM model, int[] prompt, int count) {
        try (var generator = new GreedyGenerator(model)) {
            return generator.generate(prompt, count, _ -> false);
        }
    }

    @ParameterizedTest
    @MethodSource("ragged")
    void promptsThatBeginAlikeAreContinuedAsEachAlone(ModelFixture fixture) {
        try (Checkpoint checkpoint = fixture.open();
                var model = CausalLM.load(fixture.config(), checkpoint.weights(), backend);
                var generator = new GreedyGenerator(model)) {
            int[] ids = ModelFixture.ids(fixture.expected().get("input_ids"));
            int[] other = ids.clone();
            other[ids.length / 2] = 7;
            for (int[] prompt : List.of(ids, other, Arrays.copyOf(ids, ids.length - 1), other, new int[] {ids[0]}, ids)) {
                assertThat(generator.generate(prompt, 5, _ -> false)).isEqualTo(generated(model, prompt, 5));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ragged")
    void sequencesOfUnlikeLengthInOneBatchEqualEachAlone(ModelFixture fixture) {
        try (Checkpoint checkpoint = fixture.open();
                var model = CausalLM.load(fixture.config(), checkpoint.weights(), backend);
                var expected = fixture.expectedRaggedTensors()) {
            var sequences = fixture.expectedRagged().get("sequences");
            var batch = new int[sequences.size()][];
            for (int i = 0; i < batch.length; i++) {
                batch[i] = ModelFixture.ids(sequences.get(i));
            }
            float[] logits = ModelFixture.logits(model, TokenBatch.of(batch));
            int start = 0;
            for (int i = 0; i < batch.length; i++) {
                int count = batch[i].length * model.config().vocabularySize();
                assertThat(Arrays.copyOfRange(logits, start, start + count))
                        .as("sequence %d", i)
                        .containsExactly(expected.floats("logits." + i), within(TOLERANCE));
                int[] greedy = ModelFixture.ids(fixture.expectedRagged().get("generated_per_sequence").get(i));
                assertThat(generated(model, batch[i], greedy.length))
                        .containsExactlyElementsOf(Arrays.stream(greedy).boxed().toList());
                start += count;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ragged")
    void continuationsOfASharedContextEqualWholeSequences(ModelFixture fixture) {
        try (Checkpoint checkpoint = fixture.open();
                var model = CausalLM.load(fixture.config(), checkpoint.weights(), backend)) {
            int[] ids = ModelFixture.ids(fixture.expected().get("input_ids"));
            int vocabulary = model.config().vocabularySize();
            float[] whole = ModelFixture.logits(model, TokenBatch.of(ids));
            var builder = new TokenBatch.Builder();
            TokenBatch.Segment context = builder.add(null, Arrays.copyOf(ids, 20));
            builder.add(context, new int[] {5, 6, 7});
            TokenBatch.Segment middle = builder.add(context, Arrays.copyOfRange(ids, 20, 25));
            builder.add(middle, new int[] {9});
            TokenBatch.Segment end = builder.add(middle, Arrays.copyOfRange(ids, 25, ids.length));
            float[] branched = ModelFixture.logits(model, builder.build());
            assertThat(Arrays.copyOfRange(branched, end.start() * vocabulary, (end.start() + ids.length - 25) * vocabulary))
                    .containsExactly(Arrays.copyOfRange(whole, 25 * vocabulary, ids.length * vocabulary), within(1e-5f));
        }
    }

    @Test
    void observerSeesEveryLinearLayerOnceInTheOrderOfTheGroups() {
        ModelFixture fixture = ModelFixture.of("llama-mha-f32");
        try (Checkpoint checkpoint = fixture.open();
                var block = DecoderBlock.load(fixture.config(), 1, checkpoint.weights(), backend);
                Tensor x = backend.allocate(DType.FLOAT32, new Shape(3, fixture.config().hiddenSize()))) {
            var seen = new ArrayList<String>();
            block.forward(x, TokenBatch.of(new int[] {1, 2, 3}), (linear, input) -> seen.add(linear + " " + input.columns()));
            assertThat(seen).containsExactly(
                    "model.layers.1.self_attn.q_proj 48", "model.layers.1.self_attn.k_proj 48",
                    "model.layers.1.self_attn.v_proj 48", "model.layers.1.self_attn.o_proj 48",
                    "model.layers.1.mlp.gate_proj 48", "model.layers.1.mlp.up_proj 48", "model.layers.1.mlp.down_proj 128");
            assertThat(block.linearGroups().stream().flatMap(List::stream).toList())
                    .isEqualTo(seen.stream().map(line -> line.substring(0, line.indexOf(' '))).toList());
        }
    }

    @Test
    void replacedWeightIsTheOneThatRuns() {
        ModelFixture fixture = ModelFixture.of("llama-mha-f32");
        ModelConfig config = fixture.config();
        int hidden = config.hiddenSize();
        try (Checkpoint checkpoint = fixture.open();
                var block = DecoderBlock.load(config, 0, checkpoint.weights(), backend);
                Tensor stream = backend.upload(halves(2 * hidden), new Shape(2, hidden))) {
            block.replace("model.layers.0.self_attn.o_proj", zeros(hidden, config.queryWidth()));
            block.replace("model.layers.0.mlp.down_proj", zeros(hidden, config.intermediateSize()));
            block.forward(stream, TokenBatch.of(new int[] {1, 2}), LinearObserver.NONE);
            assertThat(backend.download(stream)).containsExactly(halves(2 * hidden));
        }
    }

    private static float[] halves(int count) {
        var values = new float[count];
        Arrays.fill(values, 0.5f);
        return values;
    }

    private static DenseWeight zeros(int rows, int columns) {
        return DenseWeight.of(new float[rows * columns], rows, columns);
    }

    @Test
    void weightOfAnotherShapeIsRefusedByName() {
        assertRefused("model.layers.0.mlp.up_proj.weight", zeros(127, 48), "model.layers.0.mlp.up_proj.weight is [127, 48]");
    }

    @Test
    void weightWithNanIsRefusedByNameAndPlace() {
        var values = new float[128 * 48];
        values[48 * 3 + 5] = Float.NaN;
        assertRefused("model.layers.0.mlp.up_proj.weight", DenseWeight.of(values, 128, 48),
                "model.layers.0.mlp.up_proj.weight holds NaN or infinity, first at [3, 5]");
    }

    @Test
    void missingTensorIsNamed() {
        assertRefused("model.norm.weight", null, "tensor model.norm.weight is missing");
    }

    @Test
    void tokenOutsideTheVocabularyIsRefused() {
        ModelFixture fixture = ModelFixture.of("llama-mha-f32");
        try (Checkpoint checkpoint = fixture.open();
                var model = CausalLM.load(checkpoint, backend)) {
            assertThatThrownBy(() -> model.hidden(TokenBatch.of(new int[] {288})))
                    .hasMessageContaining("token id 288")
                    .hasMessageContaining("vocabulary of 288");
        }
    }

    private void assertRefused(String name, Weight replacement, String message) {
        ModelFixture fixture = ModelFixture.of("llama-mha-f32");
        try (Checkpoint checkpoint = fixture.open()) {
            WeightSource changed = new ChangedSource(checkpoint.weights(), name, replacement);
            assertThatThrownBy(() -> CausalLM.load(fixture.config(), changed, backend).close())
                    .isInstanceOfSatisfying(BitRankException.class,
                            failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                    .hasMessageContaining(message);
        }
    }

    /** A checkpoint in which one tensor is another, or missing. */
    private record ChangedSource(WeightSource source, String name, Weight replacement) implements SourceAround {
        @Override
        public SortedSet<String> names() {
            var names = new TreeSet<>(source.names());
            if (replacement == null) {
                names.remove(name);
            }
            return names;
        }

        @Override
        public Weight read(String tensor) {
            return tensor.equals(name) ? replacement : source.read(tensor);
        }
    }
}
