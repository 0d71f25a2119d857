package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Converter;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.measure.RuntimeRounding;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Models of BitNet's classes of layers, as transformers runs them. {@code bitnet/make.py} made them and its answers. */
class BitNetTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"online", "online-norm", "offline", "offline-norm", "offline-unpacked", "bitlinear-norm"})
    void answersAsTransformersDoes(String variant) throws URISyntaxException {
        JsonNode expected = JSON.readTree(model(variant).resolve("expected.json"));
        var values = new float[expected.get("logits").size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = expected.get("logits").get(i).floatValue();
        }
        assertThat(logits(model(variant), ModelFixture.ids(expected.get("tokens")))).containsExactly(values, within(2e-4f));
    }

    /** Two of the fourteen layers are left out. */
    @Test
    void whatIsRoundedWhenItRunsCostsWhatIsStored() throws URISyntaxException {
        try (var checkpoint = Checkpoint.open(model("online"))) {
            BitAccount account = BitAccount.of(checkpoint);
            assertThat(checkpoint.format()).isEqualTo("bitnet");
            assertThat(account.effectiveBits()).isEqualTo(16);
            assertThat(account.nominalBits()).isEqualTo(1.58, within(0.01));
            assertThat(RuntimeRounding.of(checkpoint).inputs()).containsExactly("int8 per token (12 of 14 linear layers)");
            assertThat(checkpoint.notes()).singleElement().asString().contains("stored as bf16", "quantization_mode online", "(12 of 12 matrices)");
        }
    }

    /** The price that the note promises, for the same model. */
    @Test
    void packedItIsTheSameModelAtTwoBits() throws URISyntaxException {
        int[] tokens = {3, 17, 8};
        try (var checkpoint = Checkpoint.open(model("online"))) {
            new Converter(checkpoint, new TreeMap<>(), Progress.SILENT).to(StorageFormats.writable("bitnet"), folder.resolve("packed"));
        }
        try (var checkpoint = Checkpoint.open(folder.resolve("packed"))) {
            assertThat(BitAccount.of(checkpoint).effectiveBits()).isBetween(2.0, 2.1);
        }
        assertThat(logits(folder.resolve("packed"), tokens)).containsExactly(logits(model("online"), tokens), within(1e-5f));
    }

    @Test
    void normsOfLayersHaveNoWordsInOtherFormats() throws URISyntaxException {
        try (var checkpoint = Checkpoint.open(model("offline-norm"))) {
            assertThatThrownBy(() -> new Converter(checkpoint, new TreeMap<>(), Progress.SILENT).toDense(folder.resolve("dense"), null))
                    .isInstanceOf(BitRankException.class).hasMessageContaining("use_rms_norm");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "linear_class | bitlinear | is stored as BF16, but layers of BitNet's class bitlinear are packed",
        "linear_class | linear | quantization_config.linear_class is 'linear'; BitNet knows bitlinear and autobitlinear",
        "quantization_mode | now | quantization_config.quantization_mode is 'now'; BitNet knows offline and online",
        "quantization_mode | offline | lacks tensor model.layers.0.self_attn.q_proj.weight_scale",
        "use_rms_norm | true | lacks tensor model.layers.0.self_attn.q_proj.rms_norm.weight",
        "modules_to_not_convert | [] | makes the head a layer of BitNet too",
        "modules_to_not_convert | ['(']| neither a name nor a regular expression"})
    void whatTransformersWouldNotRunOrIsNotDoneHereIsRefused(String key, String value, String message) throws IOException, URISyntaxException {
        copy(config -> ((ObjectNode) config.get("quantization_config")).set(key, JSON.readTree(value.startsWith("[") ? value.replace('\'', '"') : '"' + value + '"')));
        assertThatThrownBy(() -> logits(folder, new int[] {3})).isInstanceOf(BitRankException.class).hasMessageContaining(message);
    }

    @Test
    void modelsWhoseLayersAreNotAllLinearAreRefused() throws IOException, URISyntaxException {
        copy(config -> config.put("model_type", "mixtral"));
        assertThatThrownBy(() -> Checkpoint.open(folder)).isInstanceOf(BitRankException.class).hasMessageContaining("this is 'mixtral'");
    }

    private void copy(Consumer<ObjectNode> change) throws IOException, URISyntaxException {
        Files.copy(model("online").resolve("model.safetensors"), folder.resolve("model.safetensors"));
        var config = (ObjectNode) JSON.readTree(model("online").resolve("config.json"));
        change.accept(config);
        Files.writeString(folder.resolve("config.json"), config.toString());
    }

    private static float[] logits(Path model, int[] tokens) {
        try (Backend backend = Backends.open("cpu", ComputeType.FLOAT32); var checkpoint = Checkpoint.open(model);
                var loaded = CausalLM.load(checkpoint, backend)) {
            return ModelFixture.logits(loaded, TokenBatch.of(tokens));
        }
    }

    private static Path model(String variant) throws URISyntaxException {
        return Path.of(BitNetTest.class.getResource("/bitnet/" + variant + "/config.json").toURI()).getParent();
    }
}
