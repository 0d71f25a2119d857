package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.model.DecoderBlock;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.Workspace;
import org.bitrank.engine.quantize.calibration.Calibration;
import org.bitrank.engine.quantize.calibration.CalibrationStates;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q-VLM on models of text, and of text and pictures. */
class QVlmTest {
    private static final String MICRO = "reference/micro-llama";

    private final Backend backend = Backends.open("cpu", ComputeType.FLOAT32);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    private Path quantize(String recipe) {
        Path output = folder.resolve(Integer.toHexString(recipe.hashCode()));
        Quantizer.quantize(ModelCatalog.resolve(MICRO), Recipe.of("{" + recipe + "}", MICRO), output, DataFolders.of(List.of()), backend,
                Progress.SILENT);
        return output;
    }

    @Test
    void searchedRangesLoseNoMoreThanWholeOnesOnTheCalibrationData() {
        int index = 2;
        var settings = new QVlm().activationsSchema().defaults();
        var options = new QVlm().schema().defaults();
        try (var checkpoint = Checkpoint.open(ModelCatalog.resolve(MICRO)); var workspace = new Workspace(ModelConfig.of(checkpoint.config()), backend)) {
            ModelConfig config = ModelConfig.of(checkpoint.config());
            int[][] sequences = new int[4][];
            var random = new Random(7);
            for (int i = 0; i < sequences.length; i++) {
                sequences[i] = random.ints(64, 0, config.vocabularySize()).toArray();
            }
            try (var states = new CalibrationStates(new Calibration("random", "", 64, sequences), config, checkpoint.weights(), folder, backend);
                    var block = DecoderBlock.load(config, index, checkpoint.weights(), workspace)) {
                Map<String, LayerInputs> inputs;
                try (var gatherer = states.gatherer()) {
                    for (List<String> group : config.linearGroups(index)) {
                        gatherer.expect(group.getFirst(), checkpoint.weights().info(group.getFirst() + ".weight").columns(),
                                new QVlm().preparationNeeds(options));
                    }
                    states.observe(block, gatherer, null, Progress.SILENT);
                    inputs = gatherer.results();
                }
                var preparation = new BlockPreparation(block, config.linearGroups(index), config.scaleSites(index), checkpoint.weights(), inputs,
                        (linear, tokens) -> states.inputs(block, linear, tokens), linear -> true, backend);
                new RangeSearch(options, settings).prepare(preparation, new QVlm().weightsSchema().defaults(), backend);
                var whole = new HashMap<String, ActivationScheme>();
                preparation.codedGroups().forEach(group ->
                        group.forEach(linear -> whole.put(linear, settings.scheme(inputs.get(group.getFirst())))));
                assertThat(preparation.roundings()).hasSameSizeAs(whole).isNotEqualTo(whole);
                try (var probe = preparation.roundingProbe(options.tokens())) {
                    assertThat(probe.error(Map.of())).isZero();
                    assertThat(probe.error(preparation.roundings())).isPositive().isLessThan(probe.error(whole));
                    assertThat(probe.error(Map.of())).isZero();
                }
            }
        }
    }

    @Test
    void aTextModelIsQuantizedAndRead() {
        int[] tokens = Logits.calibrationTokens(ModelCatalog.resolve(MICRO));
        float[] exact = Logits.of(ModelCatalog.resolve(MICRO), tokens, backend);
        String data = "calibration: {samples: 4, sequence-length: 64}";
        String options = "options: {tokens: 64, smallest-factor: %s}, ";
        Path searched = quantize("method: q-vlm, activations: {bits: 8}, " + options.formatted("0.8") + data);
        double weights = Logits.distance(Logits.of(quantize("method: nf4"), tokens, backend), exact);
        double both = Logits.distance(Logits.of(searched, tokens, backend), exact);
        assertThat(both).isNotEqualTo(weights).isLessThan(Logits.distance(new float[exact.length], exact) / 4);
        try (var checkpoint = Checkpoint.open(searched)) {
            ActivationScheme scheme = ModelConfig.of(checkpoint.config()).online().activations("model.layers.1.mlp.down_proj");
            assertThat(scheme.text()).isEqualTo("int8 per channel, asymmetric, scales stored");
            assertThat(checkpoint.weights().info("model.layers.1.mlp.down_proj.weight").quantized()).isTrue();
        }
    }

    @Test
    void allPartsOfAVisionLanguageModelAreQuantizedAndRead() throws IOException {
        TinyLlava model = TinyLlava.next();
        Path output = folder.resolve("out");
        QuantizationReport report = model.quantize("""
                {method: q-vlm, activations: {bits: 8}, options: {tokens: 64}, scope: {towers: [language, projector, vision]},
                 calibration: {dataset: '%s', samples: 6, sequence-length: 256}}""".formatted(model.pictures(folder)), output, backend);
        assertThat(report.layers()).isEqualTo(34);
        float[] original = model.logits(model.path(), backend);
        double loss = Logits.distance(model.logits(output, backend), original) / Logits.distance(original, new float[original.length]);
        assertThat(loss).isBetween(1e-9, 0.5);
        try (var checkpoint = Checkpoint.open(output)) {
            var online = ModelConfig.of(checkpoint.config()).online();
            assertThat(online.activations("vision_tower.vision_model.encoder.layers.0.mlp.fc1").granularity())
                    .isEqualTo(ActivationScheme.Granularity.TENSOR);
            assertThat(online.activations("multi_modal_projector.linear_1").granularity()).isEqualTo(ActivationScheme.Granularity.CHANNEL);
            assertThat(online.activations("model.layers.0.mlp.down_proj").granularity()).isEqualTo(ActivationScheme.Granularity.CHANNEL);
        }
    }

    @Test
    void theLanguageModelAloneTakesTextAndATowerWantsPictures() throws IOException {
        TinyLlava model = TinyLlava.next();
        String rest = "options: {tokens: 64}, calibration: {dataset: '%s', samples: 6, sequence-length: 64}".formatted(model.text(folder));
        assertThat(model.quantize("{method: q-vlm, %s}".formatted(rest), folder.resolve("a"), backend).layers()).isEqualTo(14);
        assertThatThrownBy(() -> model.quantize("{method: q-vlm, scope: {towers: [vision]}, %s}".formatted(rest), folder.resolve("b"), backend))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("the vision tower")
                .hasMessageContaining("pictures:FILE");
    }

    @Test
    void itStandsBehindMethodsThatScaleAndBeforeOthers() {
        String rest = "options: {block-layers: 1, tokens: 64}, calibration: {samples: 4, sequence-length: 64}";
        quantize("prepare: [smoothquant], method: q-vlm, " + rest);
        quantize("prepare: [{method: q-vlm, options: {block-layers: 1, tokens: 64}}], method: rtn, activations: {bits: 4, granularity: tensor},"
                + " calibration: {samples: 4, sequence-length: 64}");
        assertThatThrownBy(() -> quantize("prepare: [q-vlm], method: smoothquant, activations: {granularity: channel}, calibration: {samples: 4, sequence-length: 64}"))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                .hasMessageContaining("put q-vlm behind the methods that scale");
    }

    @Test
    void whatItCannotSearchIsRefusedWithTheRemedy() {
        for (var recipe : Map.of(
                "method: q-vlm, activations: {bits: none}", "take method nf4",
                "method: q-vlm, activations: {granularity: token}", "granularity: channel or tensor",
                "prepare: [q-vlm], method: rtn", "set bits",
                "method: q-vlm, weights: {bits: 3}", "weights.bits").entrySet()) {
            assertThatThrownBy(() -> Recipe.of("{" + recipe.getKey() + "}", MICRO))
                    .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                    .hasMessageContaining(recipe.getValue());
        }
    }
}
