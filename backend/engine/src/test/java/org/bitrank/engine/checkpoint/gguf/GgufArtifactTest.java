package org.bitrank.engine.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import org.bitrank.engine.Progress;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Converter;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.gguf.GgufBlocks;
import org.bitrank.engine.gguf.GgufType;
import org.bitrank.engine.tokenizer.GgufVocabulary;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** GGUF files that BitRank writes. */
class GgufArtifactTest {
    private static final String MICRO = "datasets/reference/micro-llama";

    @TempDir
    Path folder;

    @Test
    void aMixHasTheTypesAndBytesOfTheFileThatLlamaQuantizeWrote() throws Exception {
        Path fixture = SharedFiles.path("fixtures/quantized/gguf-q4_k_m");
        ObjectNode expected = Json.readObject(fixture.resolve("expected_dequant.json")).orElseThrow();
        Path artifact = convert(SharedFiles.path("fixtures/quantized/base-2l"), "Q4_K_M", null);
        try (GgufFile file = GgufFile.open(artifact.resolve("model.gguf")); GgufFile theirs = GgufFile.open(fixture.resolve("model.gguf"))) {
            assertThat(file.tensors().keySet()).isEqualTo(theirs.tensors().keySet());
            for (GgufFile.Entry tensor : file.tensors().values()) {
                byte[] bytes = file.bytes(tensor).toArray(ValueLayout.JAVA_BYTE);
                assertThat(Sha256.of(bytes)).as(tensor.name()).isEqualTo(expected.path(tensor.name()).path("sha256_raw").asString());
            }
            for (String key : theirs.metadata().values().keySet()) {
                boolean described = !key.startsWith("general.") && !key.startsWith("tokenizer.") || key.equals("general.file_type");
                if (described) {
                    assertThat(file.metadata().values()).as(key).containsEntry(key, theirs.metadata().values().get(key));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "f16", "q8_0", "q6_k", "iq4_xs"})
    void whatIsWrittenIsReadBack(String type) {
        Path artifact = convert(micro(), type, null);
        try (Checkpoint base = Checkpoint.open(micro()); Checkpoint written = Checkpoint.open(artifact)) {
            assertThat(written.format()).isEqualTo("gguf");
            assertThat(written.weights().names()).isEqualTo(base.weights().names());
            for (String name : base.weights().names()) {
                TensorInfo info = base.weights().info(name);
                float[] values = base.weights().read(name).toFloats();
                boolean linear = name.contains("_proj.");
                float[] expected = linear && GgufType.named(type).orElseThrow().dtype().isEmpty()
                        ? GgufBlocks.quantize(GgufType.named(type).orElseThrow(), values, info.rows(), info.columns()).toFloats()
                        : type.equals("f16") && info.shape().size() == 2 ? halves(values) : values;
                assertThat(written.weights().read(name).toFloats()).as(name).isEqualTo(expected);
            }
        }
    }

    private static float[] halves(float[] values) {
        var rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
        }
        return rounded;
    }

    /** The GGUF file alone, without config.json and tokenizer beside it, says the same of the model. */
    @Test
    void theFileStandsAlone() throws Exception {
        Path artifact = convert(micro(), "q4_0", null);
        Path alone = folder.resolve("alone.gguf");
        Files.copy(artifact.resolve("model.gguf"), alone);
        try (Checkpoint base = Checkpoint.open(micro());
                Checkpoint lone = Checkpoint.open(alone);
                var own = Tokenizer.of(base);
                var told = Tokenizer.of(lone)) {
            for (String key : new String[] {"hidden_size", "num_hidden_layers", "num_key_value_heads", "head_dim", "vocab_size", "bos_token_id", "eos_token_id"}) {
                assertThat(lone.config().path(key)).as(key).isEqualTo(base.config().path(key));
            }
            String text = "Emil gave 1234 things to Olivia, didn't he?\n  Yes.";
            assertThat(told.encodeWithSpecial(text)).isEqualTo(own.encodeWithSpecial(text));
        }
    }

    @Test
    void aGgufFileGoesThroughBlockForBlock() throws Exception {
        Path source = SharedFiles.path("fixtures/quantized/gguf-mixed-types/model.gguf");
        Path artifact = convert(source, null, null);
        try (GgufFile theirs = GgufFile.open(source); GgufFile ours = GgufFile.open(artifact.resolve("model.gguf"))) {
            for (GgufFile.Entry tensor : theirs.tensors().values()) {
                GgufFile.Entry same = ours.tensors().get(tensor.name());
                assertThat(same.type()).isEqualTo(tensor.type());
                assertThat(ours.bytes(same).mismatch(theirs.bytes(tensor))).as(tensor.name()).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 8})
    void symmetricGroupsOfThirtyTwoAreWrittenWithoutLoss(int bits) {
        GroupedWeight weight = grouped(bits, 64, null, 0.01f);
        assertThat(written(weight).toFloats()).isEqualTo(weight.toFloats());
    }

    @Test
    void zeroPointsNeedABitMore() {
        var zeros = new float[8 * 4];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = i % 16;
        }
        GroupedWeight weight = grouped(4, 64, zeros, 0.01f);
        Weight written = written(weight);
        assertThat(((GgufBlocks) written).type()).isEqualTo(GgufType.Q5_0);
        assertThat(written.toFloats()).isEqualTo(weight.toFloats());
    }

    @Test
    void ternaryCodesTakeTernaryBlocks() {
        var codes = new byte[8 * 256];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (i * 7 % 3 + 1);
        }
        var scales = new float[8];
        Arrays.fill(scales, 0.5f);
        GroupedWeight weight = GroupedWeight.of(8, 256, new AffineGrid(2, true), codes, null, 256, scales, null, DType.FLOAT16);
        Weight written = written(weight);
        assertThat(((GgufBlocks) written).type()).isEqualTo(GgufType.TQ1_0);
        assertThat(written.toFloats()).isEqualTo(weight.toFloats());
    }

    @Test
    void whatBlocksCannotHoldIsRefusedWithTheReason() {
        assertRefused(grouped(4, 16, null, 0.01f), "no multiple of GGUF's 32");
        assertRefused(grouped(4, 64, null, 0.0123456789f, DType.FLOAT32), "not float16 numbers");
        var scattered = new int[256];
        for (int i = 0; i < scattered.length; i++) {
            scattered[i] = i % 4;
        }
        var codes = new byte[8 * 256];
        assertRefused(GroupedWeight.of(8, 256, new AffineGrid(4, true), codes, scattered, 64, new float[8 * 4], null, DType.FLOAT16), "not runs of neighbouring columns");
    }

    @Test
    void anUnknownTypeIsRefusedByName() {
        assertThatThrownBy(() -> convert(micro(), "q4_kk", null)).isInstanceOf(BitRankException.class).hasMessageContaining("q4_kk").hasMessageContaining("q4_k");
    }

    private void assertRefused(GroupedWeight weight, String reason) {
        assertThatThrownBy(() -> written(weight))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.UNSUPPORTED))
                .hasMessageContaining(reason);
    }

    private static GroupedWeight grouped(int bits, int groupSize, float[] zeros, float scale) {
        return grouped(bits, groupSize, zeros, Float.float16ToFloat(Float.floatToFloat16(scale)), DType.FLOAT16);
    }

    private static GroupedWeight grouped(int bits, int groupSize, float[] zeros, float scale, DType type) {
        var codes = new byte[8 * 256];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (i * 31 % (1 << bits));
        }
        var scales = new float[8 * 256 / groupSize];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = type == DType.FLOAT16 ? Float.float16ToFloat(Float.floatToFloat16(scale * (i + 1))) : scale;
        }
        return GroupedWeight.of(8, 256, new AffineGrid(bits, zeros == null), codes, null, groupSize, scales, zeros, type);
    }

    /** The weight through a file: as q of micro-llama, whose rows are permuted on the way. */
    private Weight written(GroupedWeight weight) {
        var directory = folder.resolve("written");
        String name = "model.layers.0.self_attn.q_proj.weight";
        try (Checkpoint base = Checkpoint.open(micro()); var tensors = new GgufTensors(directory, base.config())) {
            tensors.put(name, weight, null);
            tensors.put("model.embed_tokens.weight", (DenseWeight) base.weights().read("model.embed_tokens.weight"),
                    base.weights().info("model.embed_tokens.weight").shape());
            tensors.finish();
        }
        try (Checkpoint checkpoint = Checkpoint.open(directory.resolve("model.gguf"))) {
            GgufBlocks blocks = (GgufBlocks) checkpoint.weights().read(name);
            byte[] copy = blocks.data().toArray(ValueLayout.JAVA_BYTE);
            return new GgufBlocks(blocks.type(), blocks.rows(), blocks.columns(), MemorySegment.ofArray(copy));
        }
    }

    private Path convert(Path model, String type, DType dtype) {
        Path output = folder.resolve("artifact");
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            new Converter(checkpoint, new TreeMap<>(), Progress.SILENT).toGguf(output, type, dtype, () -> GgufVocabulary.of(checkpoint));
        }
        return output;
    }

    private static Path micro() {
        return ModelCatalog.installation().orElseThrow().resolve(MICRO);
    }
}
