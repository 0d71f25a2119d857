package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Converter;
import org.bitrank.engine.measure.RuntimeRounding;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Checkpoints of another tool that want keys and values kept in few bits under stored scales: the logits and the greedy
 * continuation of transformers with compressed-tensors' rounding. {@code kv-cache/make.py} made both.
 */
class StoredKeyValuesTest {
    private static final String SCALE = "model.layers.0.self_attn.k_scale";

    @TempDir
    private Path folder;

    private Path model;
    private JsonNode expected;

    @BeforeEach
    void find() throws URISyntaxException {
        take("llama-float8");
    }

    private void take(String name) throws URISyntaxException {
        model = Path.of(StoredKeyValuesTest.class.getResource("/kv-cache/" + name + "/config.json").toURI()).getParent();
        expected = new ObjectMapper().readTree(model.resolve("expected.json"));
    }

    @ParameterizedTest
    @CsvSource({
        "llama-float8, cpu", "llama-float8, reference",
        "llama-float8-heads, cpu", "llama-float8-heads, reference",
        "llama-int4, cpu", "llama-int4, reference",
        "llama-int8-heads, cpu", "llama-int8-heads, reference"
    })
    void keysAndValuesAreRoundedAsCompressedTensorsDoes(String fixture, String name) throws URISyntaxException {
        take(fixture);
        int[] tokens = ModelFixture.ids(expected.get("tokens"));
        try (Backend backend = Backends.open(name, ComputeType.FLOAT32); var checkpoint = Checkpoint.open(model);
                var loaded = CausalLM.load(checkpoint, backend)) {
            float[] logits = ModelFixture.logits(loaded, TokenBatch.of(tokens));
            assertThat(logits).containsExactly(floats("logits"), within(2e-4f));
            assertThat(largestDifference(logits, floats("plain"))).isGreaterThan(0.05f);
            int[] greedy = ModelFixture.ids(expected.get("greedy"));
            try (var generator = new GreedyGenerator(loaded)) {
                assertThat(generator.generate(tokens, greedy.length, _ -> false)).isEqualTo(Arrays.stream(greedy).boxed().toList());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"llama-float8, float8 per tensor", "llama-float8-heads, float8 per head", "llama-int4, int4 per tensor", "llama-int8-heads, int8 per head"})
    void itIsSaidAndNotNoted(String fixture, String said) throws URISyntaxException {
        take(fixture);
        try (var checkpoint = Checkpoint.open(model)) {
            assertThat(RuntimeRounding.of(checkpoint).keyValues()).isEqualTo(said + ", scales stored");
            assertThat(checkpoint.notes()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"k_proj.output_scale v_proj.output_scale", "k_proj.k_scale v_proj.v_scale"})
    void otherNamesOfTheScalesAreKnown(String names) throws IOException {
        String[] pair = names.split(" ");
        String header = rewritten(text -> text.replace("self_attn.k_scale", "self_attn." + pair[0]).replace("self_attn.v_scale", "self_attn." + pair[1]));
        assertThat(header).contains(pair[0]);
        int[] tokens = ModelFixture.ids(expected.get("tokens"));
        try (Backend backend = Backends.open("cpu", ComputeType.FLOAT32); var checkpoint = Checkpoint.open(folder);
                var loaded = CausalLM.load(checkpoint, backend)) {
            assertThat(ModelFixture.logits(loaded, TokenBatch.of(tokens))).containsExactly(floats("logits"), within(2e-4f));
        }
    }

    @Test
    void withoutScalesANoteSaysSo() throws IOException {
        rewritten(text -> text.replace("self_attn.k_scale", "self_attn.k_other"));
        try (var checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.notes()).singleElement().asString().contains("float8").contains("no scales");
            assertThat(RuntimeRounding.of(checkpoint).keyValues()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"dynamic\": true", "\"symmetric\": false", "\"strategy\": \"token\"", "\"num_bits\": 16"})
    void otherSchemesAreNoted(String other) throws IOException {
        rewritten(text -> text);
        Path config = folder.resolve("config.json");
        String key = other.substring(0, other.indexOf(':'));
        Files.writeString(config, Files.readString(config).replaceAll(key + ": [^,\n]+", other));
        try (var checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.notes()).singleElement().asString().contains("kv_cache_scheme").contains("not done here");
            assertThat(RuntimeRounding.of(checkpoint).keyValues()).isNull();
        }
    }

    @Test
    void scalesOfAnotherNumberOfHeadsAreRefused() throws IOException, URISyntaxException {
        take("llama-float8-heads");
        rewritten(text -> text);
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"attn_head\"", "\"tensor\""));
        try (Backend backend = Backends.open("cpu", ComputeType.FLOAT32); var checkpoint = Checkpoint.open(folder)) {
            assertThatThrownBy(() -> CausalLM.load(checkpoint, backend)).isInstanceOf(BitRankException.class).hasMessageContaining("one number");
        }
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32); var checkpoint = Checkpoint.open(model)) {
            var three = new KeyValueScales(ActivationScheme.Type.FLOAT, 8, new float[] {1, 1, 1}, new float[] {1, 1, 1});
            ModelConfig two = ModelConfig.of(checkpoint);
            assertThatThrownBy(() -> KeyValueTreatment.of(OnlineSteps.NONE, three, two, backend))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("3 scales").hasMessageContaining("2 heads");
        }
    }

    @Test
    void aScaleThatIsNoneIsRefused() throws IOException {
        rewritten(text -> text);
        Path file = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        try (var checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.weights().read(SCALE).toFloats()).hasSize(1);
        }
        int length = headerLength(bytes);
        JsonNode offsets = new ObjectMapper().readTree(Arrays.copyOfRange(bytes, 8, 8 + length)).path(SCALE).path("data_offsets");
        Arrays.fill(bytes, 8 + length + offsets.get(0).intValue(), 8 + length + offsets.get(1).intValue(), (byte) 0);
        Files.write(file, bytes);
        try (Backend backend = Backends.open("cpu", ComputeType.FLOAT32); var checkpoint = Checkpoint.open(folder)) {
            assertThatThrownBy(() -> CausalLM.load(checkpoint, backend)).isInstanceOf(BitRankException.class).hasMessageContaining(SCALE);
        }
    }

    @Test
    void aConversionThatLosesItSaysSo() {
        try (var checkpoint = Checkpoint.open(model)) {
            var converter = new Converter(checkpoint, new TreeMap<>(), Progress.SILENT);
            converter.toDense(folder.resolve("dense"), null);
            assertThat(converter.losses()).singleElement().asString().contains("keys and values");
            assertThatThrownBy(() -> new Converter(checkpoint, new TreeMap<>(), Progress.SILENT)
                    .toGguf(folder.resolve("gguf"), "q8_0", null, TreeMap::new)).hasMessageContaining("keys and values");
        }
    }

    /** A copy whose header is another text of the same tensors. */
    private String rewritten(UnaryOperator<String> change) throws IOException {
        Files.copy(model.resolve("config.json"), folder.resolve("config.json"));
        byte[] bytes = Files.readAllBytes(model.resolve("model.safetensors"));
        int length = headerLength(bytes);
        String header = change.apply(new String(bytes, 8, length, StandardCharsets.UTF_8));
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        var file = ByteBuffer.allocate(bytes.length - length + text.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(text.length).put(text).put(bytes, 8 + length, bytes.length - 8 - length);
        Files.write(folder.resolve("model.safetensors"), file.array());
        return header;
    }

    private static int headerLength(byte[] bytes) {
        return (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private float[] floats(String key) {
        JsonNode list = expected.get(key);
        var values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).floatValue();
        }
        return values;
    }

    private static float largestDifference(float[] a, float[] b) {
        float largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }
}
