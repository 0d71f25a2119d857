package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class ArtifactWriterTest {
    private static final String LINEAR = "model.layers.0.mlp.down_proj.weight";
    private static final StorageFormat FORMAT = StorageFormats.writable(StorageFormats.USUAL);
    private static final int ROWS = 21;
    private static final int COLUMNS = 96;

    @TempDir
    Path folder;

    private Path baseFolder;

    @BeforeEach
    void writeBase() throws IOException {
        baseFolder = Files.createDirectory(folder.resolve("base"));
        try (var writer = SafetensorsWriter.create(baseFolder.resolve("model.safetensors"))) {
            writer.put(LINEAR, DType.FLOAT32, List.of(ROWS, COLUMNS), DenseWeight.of(random(ROWS * COLUMNS), ROWS, COLUMNS).data());
            writer.put("model.norm.weight", DType.BFLOAT16, List.of(COLUMNS), DenseWeight.of(random(COLUMNS), 1, COLUMNS, DType.BFLOAT16).data());
            writer.put("lm_head.weight", DType.FLOAT16, List.of(1, COLUMNS), DenseWeight.of(random(COLUMNS), 1, COLUMNS, DType.FLOAT16).data());
            writer.finish();
        }
        Files.writeString(baseFolder.resolve("config.json"), "{\"model_type\": \"llama\", \"torch_dtype\": \"float32\"}");
        Files.writeString(baseFolder.resolve("tokenizer.json"), "{}");
    }

    @ParameterizedTest
    @CsvSource({
        "2, 32, true, FLOAT16", "3, 32, false, FLOAT16", "4, 96, false, FLOAT32", "5, 48, true, BFLOAT16", "6, 16, false, FLOAT16", "7, 96, true, FLOAT32", "8, 32, false, FLOAT16"
    })
    void whatWasWrittenIsReadBack(int bits, int groupSize, boolean symmetric, DType scaleType) {
        GroupedWeight weight = quantized(bits, groupSize, symmetric, scaleType, null);
        write(folder.resolve("out"), weight);
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("out"))) {
            assertThat(checkpoint.format()).isEqualTo("compressed-tensors");
            assertThat(checkpoint.weights().read(LINEAR)).usingRecursiveComparison().isEqualTo(weight);
        }
    }

    @Test
    void theGroupOfEachColumnIsKept() {
        var groupOfColumn = new int[COLUMNS];
        for (int i = 0; i < COLUMNS; i++) {
            groupOfColumn[i] = i % 3;
        }
        GroupedWeight weight = quantized(4, 32, false, DType.FLOAT16, groupOfColumn);
        write(folder.resolve("out"), weight);
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("out"))) {
            assertThat(checkpoint.weights().read(LINEAR)).usingRecursiveComparison().isEqualTo(weight);
        }
    }

    @Test
    void whatIsNotPutIsCopiedFromTheBase() {
        write(folder.resolve("out"), quantized(4, 32, false, DType.FLOAT16, null));
        try (Checkpoint base = Checkpoint.open(baseFolder); Checkpoint checkpoint = Checkpoint.open(folder.resolve("out"))) {
            assertThat(checkpoint.weights().names()).isEqualTo(base.weights().names());
            assertThat(checkpoint.weights().info("model.norm.weight")).isEqualTo(base.weights().info("model.norm.weight"));
            assertThat(checkpoint.weights().read("model.norm.weight").toFloats()).isEqualTo(base.weights().read("model.norm.weight").toFloats());
            assertThat(checkpoint.tokenizerJson()).isPresent();
        }
    }

    @Test
    void theManifestHoldsTheChecksumOfEveryFile() {
        Artifact artifact = write(folder.resolve("out"), quantized(4, 32, false, DType.FLOAT16, null));
        ObjectNode manifest = Json.readObject(folder.resolve("out").resolve("bitrank.json")).orElseThrow();
        assertThat(manifest.path("recipe").asString()).isEqualTo("kept");
        assertThat(manifest.path("weights_sha256").asString()).isEqualTo(artifact.sha256());
        for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            assertThat(manifest.path("files").path(name).path("sha256").asString())
                    .isEqualTo(Checksums.sha256(folder.resolve("out").resolve(name)))
                    .isEqualTo(artifact.files().get(name));
        }
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("out"))) {
            assertThat(checkpoint.sha256()).isEqualTo(artifact.sha256());
        }
    }

    @Test
    void theSameWeightsGiveTheSameBytes() {
        GroupedWeight weight = quantized(3, 32, false, DType.FLOAT16, null);
        assertThat(write(folder.resolve("one"), weight).files()).isEqualTo(write(folder.resolve("two"), weight).files());
    }

    @Test
    void manyBytesAreSplitIntoShardsWithAnIndex() {
        try (Checkpoint base = Checkpoint.open(baseFolder); ArtifactWriter writer = ArtifactWriter.begin(folder.resolve("out"), base, FORMAT, 100)) {
            writer.finish(Json.MAPPER.createObjectNode());
        }
        assertThat(folder.resolve("out").resolve("model-00001-of-00003.safetensors")).exists();
        try (Checkpoint base = Checkpoint.open(baseFolder); Checkpoint checkpoint = Checkpoint.open(folder.resolve("out"))) {
            assertThat(checkpoint.weights().names()).isEqualTo(base.weights().names());
            assertThat(checkpoint.weightFiles()).hasSize(3);
        }
    }

    @Test
    void anAbortLeavesNothing() {
        try (Checkpoint base = Checkpoint.open(baseFolder); ArtifactWriter writer = ArtifactWriter.begin(folder.resolve("out"), base, FORMAT)) {
            writer.put(LINEAR, quantized(4, 32, false, DType.FLOAT16, null));
        }
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(baseFolder));
    }

    @Test
    void whatAKilledWriterLeftIsRemovedByTheNext() throws Exception {
        Process killed = new ProcessBuilder("true").start();
        killed.waitFor();
        Path left = Files.createDirectory(folder.resolve(".out.partial-" + killed.pid() + "-1"));
        Files.writeString(left.resolve("model.safetensors"), "half");
        Path other = Files.createDirectory(folder.resolve(".out.partial-" + ProcessHandle.current().pid() + "-1"));
        write(folder.resolve("out"), quantized(4, 32, false, DType.FLOAT16, null));
        assertThat(left).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void anOutputThatHoldsFilesIsRefused() throws IOException {
        Files.createDirectory(folder.resolve("out"));
        Files.writeString(folder.resolve("out").resolve("precious"), "");
        try (Checkpoint base = Checkpoint.open(baseFolder)) {
            assertThatThrownBy(() -> ArtifactWriter.begin(folder.resolve("out"), base, FORMAT))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("exists already");
        }
    }

    @Test
    void aShorterLastGroupIsRefused() {
        var weight = GroupedWeight.of(1, COLUMNS, new AffineGrid(4, true), new byte[COLUMNS], null, 64, new float[2], null, DType.FLOAT16);
        try (Checkpoint base = Checkpoint.open(baseFolder); ArtifactWriter writer = ArtifactWriter.begin(folder.resolve("out"), base, FORMAT)) {
            assertThatThrownBy(() -> writer.put("a.weight", weight)).isInstanceOf(BitRankException.class).hasMessageContaining("96 columns do not divide by 64");
        }
    }

    private Artifact write(Path output, GroupedWeight weight) {
        try (Checkpoint base = Checkpoint.open(baseFolder); ArtifactWriter writer = ArtifactWriter.begin(output, base, FORMAT)) {
            writer.put(LINEAR, weight);
            return writer.finish(Json.MAPPER.createObjectNode().put("recipe", "kept"));
        }
    }

    private static GroupedWeight quantized(int bits, int groupSize, boolean symmetric, DType scaleType, int[] groupOfColumn) {
        var random = new Random(bits);
        var codes = new byte[ROWS * COLUMNS];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) random.nextInt(1 << bits);
        }
        int groups = COLUMNS / groupSize;
        float[] scales = DenseWeight.of(random(ROWS * groups), ROWS, groups, scaleType).toFloats();
        float[] zeros = symmetric ? null : new float[ROWS * groups];
        for (int i = 0; zeros != null && i < zeros.length; i++) {
            zeros[i] = random.nextInt(1 << bits);
        }
        return GroupedWeight.of(ROWS, COLUMNS, new AffineGrid(bits, symmetric), codes, groupOfColumn, groupSize, scales, zeros, scaleType);
    }

    private static float[] random(int count) {
        var random = new Random(count);
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat(-1, 1);
        }
        return values;
    }
}
