package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors that no part of a model uses are named; those of a whole checkpoint, and what tools leave in it by habit, are not. */
class ModelNotesTest {
    private static final String PROJECTION = "model.layers.1.self_attn.k_proj";

    @TempDir
    Path folder;

    private record Stored(SafetensorsType type, List<Integer> shape, MemorySegment bytes) {
        static Stored floats(float... values) {
            return new Stored(SafetensorsType.F32, List.of(values.length), MemorySegment.ofArray(values));
        }
    }

    static Stream<Path> wholeCheckpoints() throws IOException {
        var found = Stream.<Path>builder();
        for (String shelf : List.of("fixtures/hf/llm", "fixtures/hf/multimodal", "fixtures/quantized")) {
            try (var directories = Files.list(SharedFiles.path(shelf))) {
                directories.filter(directory -> Files.exists(directory.resolve("config.json"))).sorted().forEach(found::add);
            }
        }
        return found.build();
    }

    @ParameterizedTest
    @MethodSource("wholeCheckpoints")
    void whatToolsWroteIsUsed(Path directory) {
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(ModelNotes.of(checkpoint)).noneMatch(note -> note.contains("not used"));
        }
    }

    @Test
    void tensorsOfNoPartAreNamed() throws IOException {
        copy("fixtures/hf/llm/llama-mha-f32", tensors -> {
            tensors.put("model.layers.0.mlp.extra_proj.weight", Stored.floats(1));
            tensors.put("model.layers.0.self_attn.rotary_emb.inv_freq", Stored.floats(1));
            tensors.put("model.layers.0.self_attn.q_proj.bias", Stored.floats(0, 0));
            tensors.put("model.layers.0.self_attn.k_proj.bias", Stored.floats(0, 1));
            tensors.put("model.layers.0.self_attn.k_proj.k_scale", Stored.floats(1));
        });
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(ModelNotes.of(checkpoint)).containsExactly(
                    "2 tensors are not used: model.layers.0.mlp.extra_proj.weight, model.layers.0.self_attn.k_proj.bias");
        }
    }

    @Test
    void blocksBeyondTheConfigsNumberAreAnError() throws IOException {
        copy("fixtures/hf/llm/llama-mha-f32", tensors -> {});
        Path config = folder.resolve("config.json");
        int layers = ModelFixture.of("llama-mha-f32").config().layers();
        Files.writeString(config, Files.readString(config)
                .replace("\"num_hidden_layers\": " + layers, "\"num_hidden_layers\": " + (layers - 1)));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThatThrownBy(() -> ModelConfig.of(checkpoint))
                    .isInstanceOfSatisfying(BitRankException.class, refused -> assertThat(refused.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                    .hasMessageContaining("num_hidden_layers is %d, but the files hold weights of %d blocks (model.layers.%1$d)".formatted(layers - 1, layers));
        }
    }

    @Test
    void aMatrixInCodesAndUnquantizedIsSaid() throws IOException {
        copy("fixtures/quantized/ct-w4a16-asym-g128", tensors -> tensors.put(PROJECTION + ".weight", Stored.floats(1)));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(ModelNotes.of(checkpoint))
                    .contains("stored both in codes and unquantized, of which the codes count: " + PROJECTION + ".weight")
                    .noneMatch(note -> note.contains("below zero"));
        }
    }

    @Test
    void codesOfAnotherTypeAreBlamedNotTheMatrixThatTheyAre() throws IOException {
        copy("fixtures/quantized/ct-w4a16-asym-g128", tensors -> tensors.computeIfPresent(PROJECTION + ".weight_packed", (name, codes) ->
                new Stored(SafetensorsType.I64, List.of(codes.shape().getFirst(), codes.shape().getLast() / 2), codes.bytes())));
        try (Checkpoint checkpoint = Checkpoint.open(folder); var backend = Backends.open("cpu", ComputeType.FLOAT32)) {
            assertThatThrownBy(() -> CausalLM.load(checkpoint, backend).close())
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("tensor " + PROJECTION + ".weight is missing; what is there of it is in no known layout: ")
                    .hasMessageContaining(PROJECTION + ".weight_packed is I64 [");
        }
    }

    @Test
    void aScaleThatIsNoNumberIsNamedItself() throws IOException {
        copy("fixtures/quantized/ct-w4a16-sym-g128", tensors -> tensors.computeIfPresent("model.layers.0.self_attn.k_proj.weight_scale", (name, scale) -> {
            byte[] bytes = scale.bytes().toArray(ValueLayout.JAVA_BYTE);
            int at = 3 * scale.shape().getLast() + 1;
            bytes[2 * at] = (byte) 0xff;
            bytes[2 * at + 1] = (byte) 0x7f;
            return new Stored(scale.type(), scale.shape(), MemorySegment.ofArray(bytes));
        }));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThatThrownBy(() -> checkpoint.weights().read("model.layers.0.self_attn.k_proj.weight"))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("model.safetensors: tensor model.layers.0.self_attn.k_proj.weight_scale holds NaN or infinity, first at [3, 1]");
        }
    }

    @Test
    void scalesBelowZeroAreSaid() throws IOException {
        copy("fixtures/quantized/ct-w4a16-asym-g128", tensors -> tensors.computeIfPresent(PROJECTION + ".weight_scale", (name, scale) -> {
            byte[] bytes = scale.bytes().toArray(ValueLayout.JAVA_BYTE);
            bytes[1] |= (byte) 0x80;
            return new Stored(scale.type(), scale.shape(), MemorySegment.ofArray(bytes));
        }));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(ModelNotes.of(checkpoint)).anyMatch(note -> note.matches("scales below zero, .* \\(1 of \\d+ matrices\\)"));
        }
    }

    /** A whole checkpoint with a few tensors more or others, and its config. */
    private void copy(String checkpoint, Consumer<Map<String, Stored>> change) throws IOException {
        Path directory = SharedFiles.path(checkpoint);
        Files.copy(directory.resolve("config.json"), folder.resolve("config.json"));
        try (var source = SafetensorsFile.open(directory.resolve("model.safetensors"));
                var writer = SafetensorsWriter.create(folder.resolve("model.safetensors"))) {
            var tensors = new TreeMap<String, Stored>();
            source.tensors().forEach((name, tensor) -> tensors.put(name, new Stored(tensor.type(), tensor.shape(), source.bytes(name))));
            change.accept(tensors);
            tensors.forEach((name, tensor) -> writer.put(name, tensor.type(), tensor.shape(), tensor.bytes()));
            writer.finish();
        }
    }
}
