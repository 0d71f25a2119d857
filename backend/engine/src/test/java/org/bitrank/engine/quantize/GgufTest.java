package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Converter;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.gguf.GgufBlocks;
import org.bitrank.engine.gguf.GgufType;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.tokenizer.GgufVocabulary;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufTest {
    private static final String MODEL = "reference/micro-llama";

    @ParameterizedTest
    @CsvSource({"q4_k, 4, 32, false", "q6_k, 6, 16, true", "q8_0, 8, 32, true", "q2_k, 2, 16, false", "tq2_0, 2, 256, true"})
    void theTypeDecidesWhatTheWeightsAre(String type, int bits, int groupSize, boolean symmetric) {
        Recipe recipe = Recipe.parse("{model: m, method: gguf, options: {type: " + type + "}}");
        assertThat(recipe.weights()).extracting(WeightSettings::bits, WeightSettings::groupSize, WeightSettings::symmetric)
                .containsExactly(bits, groupSize, symmetric);
        assertThat(recipe.format()).isEqualTo("gguf");
        assertThat(Recipe.parse(recipe.canonicalJson())).isEqualTo(recipe);
    }

    @Test
    void otherBitsThanTheTypesAreRefusedButNotTheDefaults() {
        assertThatThrownBy(() -> Recipe.parse("{model: m, method: gguf, weights: {bits: 3}, options: {type: q8_0}}")).hasMessageContaining("weights.bits");
        assertThatThrownBy(() -> Recipe.parse("{model: m, method: gguf, weights: {bits: 2}}"))
                .hasMessageContaining("weights.bits: 2 is not allowed; it must be 4 because options.type decides it; for 2 bits set it to q2_k or tq1_0 or tq2_0");
        assertThatThrownBy(() -> Recipe.parse("{model: m, method: gguf, weights: {bits: 7}}")).hasMessageContaining("types by bits: 2 q2_k, tq1_0, tq2_0; 3 q3_k; 4 q4_k,");
        assertThatThrownBy(() -> Recipe.parse("{model: m, method: rtn, modules: [{match: a, method: gguf, weights: {bits: 3}}]}"))
                .hasMessageContaining("for 3 bits set it to q3_k");
        assertThat(Recipe.parse("{model: m, method: gguf, weights: {bits: 4, group-size: 32}, options: {type: q8_0}}").weights().bits()).isEqualTo(8);
    }

    @Test
    void aRuleMayNameAnotherType() {
        Recipe recipe = Recipe.parse("{model: m, method: gguf, modules: [{match: down_proj, options: {type: q6_k}}]}");
        assertThat(recipe.modules().getFirst().weights().bits()).isEqualTo(6);
    }

    @Test
    void aMixIsOfTheWholeModelAndNoRules() {
        Recipe recipe = Recipe.parse("{model: m, method: gguf, options: {type: q4_k_m}, modules: [{match: o_proj, options: {type: q8_0}}]}");
        assertThat(recipe.weights().bits()).isEqualTo(4);
        assertThat(recipe.label()).contains("q4_k_m");
        assertThatThrownBy(() -> Recipe.parse("{model: m, method: gguf, modules: [{match: o_proj, options: {type: q5_k_m}}]}"))
                .hasMessageContaining("modules[0].options.type").hasMessageContaining("such as q5_k");
    }

    /** Byte for byte what {@code convert} makes of the linear layers, which is what llama-quantize makes of them. */
    @ParameterizedTest
    @CsvSource({"q4_k_m", "q5_k_s"})
    void aMixGivesLayersTheTypesOfLlamaQuantize(String mix, @TempDir Path folder) {
        Recipe recipe = Recipe.parse("{model: " + MODEL + ", method: gguf, options: {type: " + mix + "}}");
        Path artifact = folder.resolve("artifact");
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32)) {
            Quantizer.quantize(ModelCatalog.resolve(MODEL), recipe, artifact, DataFolders.of(List.of()), backend, Progress.SILENT);
        }
        try (Checkpoint base = Checkpoint.open(ModelCatalog.resolve(MODEL))) {
            new Converter(base, new TreeMap<>(), Progress.SILENT).toGguf(folder.resolve("converted"), mix, null, () -> GgufVocabulary.of(base));
        }
        var types = new HashSet<GgufType>();
        try (Checkpoint quantized = Checkpoint.open(artifact); Checkpoint converted = Checkpoint.open(folder.resolve("converted"))) {
            for (String name : converted.weights().names()) {
                if (name.endsWith("_proj.weight")) {
                    var expected = (GgufBlocks) converted.weights().readStored(name);
                    var found = (GgufBlocks) quantized.weights().readStored(name);
                    assertThat(found.type()).as(name).isEqualTo(expected.type());
                    assertThat(found.data().mismatch(expected.data())).as(name).isEqualTo(-1);
                    types.add(found.type());
                }
            }
        }
        assertThat(types).hasSize(mix.endsWith("_s") ? 1 : 2);
    }

    @Test
    void rowsThatDoNotDivideGetTheTypeThatLlamaQuantizeFallsBackTo() {
        var notes = new QuantizationNotes();
        QuantizedWeight weight = quantize("q4_k", 576, notes);
        assertThat(((GgufBlocks) weight).type()).isEqualTo(GgufType.Q5_0);
        assertThat(notes.toJson().toString()).contains("q5_0").contains("576");
        assertThatThrownBy(() -> quantize("q4_k", 100, notes)).isInstanceOf(BitRankException.class).hasMessageContaining("scope.exclude");
    }

    @ParameterizedTest
    @CsvSource({"q2_k, 2.625", "q3_k, 3.4375", "q4_k, 4.5", "q5_k, 5.5", "q6_k, 6.5625", "q4_0, 4.5", "q4_1, 5", "q5_0, 5.5", "q5_1, 6", "q8_0, 8.5",
        "iq4_nl, 4.5", "iq4_xs, 4.25", "tq1_0, 1.6875", "tq2_0, 2.0625"})
    void everyTypeStoresTheBitsThatItShould(String type, double bits) {
        GgufBlocks blocks = (GgufBlocks) quantize(type, 512, new QuantizationNotes());
        assertThat(blocks.data().byteSize() * 8.0 / (blocks.rows() * blocks.columns())).isEqualTo(bits);
    }

    @Test
    void theArtifactIsReadBackWithItsPrice(@TempDir Path folder) {
        Recipe recipe = Recipe.parse("{model: " + MODEL + ", method: gguf, options: {type: q5_k}}");
        Path artifact = folder.resolve("artifact");
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32)) {
            var report = Quantizer.quantize(ModelCatalog.resolve(MODEL), recipe, artifact, DataFolders.of(List.of()), backend, Progress.SILENT);
            assertThat(report.effectiveBits()).isEqualTo(5.5);
        }
        try (Checkpoint checkpoint = Checkpoint.open(artifact)) {
            assertThat(checkpoint.format()).isEqualTo("gguf");
            assertThat(checkpoint.weights().read("model.layers.0.mlp.up_proj.weight")).isInstanceOf(GgufBlocks.class);
            BitAccount account = BitAccount.of(checkpoint);
            assertThat(account.effectiveBits()).isCloseTo(5.5, within(1e-9));
            assertThat(account.nominalBits()).isEqualTo(5);
        }
    }

    /** What another method made, where blocks hold it without loss. */
    @Test
    void symmetricRoundToNearestFitsTheFormat(@TempDir Path folder) {
        String weights = "weights: {bits: 4, group-size: 64, symmetric: true}";
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32)) {
            for (String format : List.of("gguf", "compressed-tensors")) {
                Recipe recipe = Recipe.parse("{model: " + MODEL + ", method: rtn, " + weights + ", format: " + format + "}");
                Quantizer.quantize(ModelCatalog.resolve(MODEL), recipe, folder.resolve(format), DataFolders.of(List.of()), backend, Progress.SILENT);
            }
        }
        try (Checkpoint gguf = Checkpoint.open(folder.resolve("gguf")); Checkpoint packed = Checkpoint.open(folder.resolve("compressed-tensors"))) {
            for (String name : packed.weights().names()) {
                assertThat(gguf.weights().read(name).toFloats()).as(name).isEqualTo(packed.weights().read(name).toFloats());
            }
        }
    }

    private static QuantizedWeight quantize(String type, int columns, QuantizationNotes notes) {
        var random = new Random(1);
        var values = new float[4 * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        var method = new Gguf();
        var group = new LayerGroup(List.of(new LayerGroup.Layer("model.layers.0.mlp.up_proj", 4, columns, values)), LayerInputs.NONE, notes);
        var options = new Gguf.Options(type);
        return method.quantize(group, method.weightsSchema(options).defaults(), options, null).getFirst();
    }
}
