package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFormat;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every format holds every kind of matrix to the last bit, or says why it does not. */
class FormatRoundTripTest {
    private static final String LINEAR = "model.layers.0.mlp.down_proj.weight";
    private static final Map<String, GroupedWeight> KINDS = MatrixKinds.all();

    @TempDir
    Path folder;

    private Path base;

    @BeforeEach
    void writeBase() throws IOException {
        base = Files.createDirectory(folder.resolve("base"));
        try (var writer = SafetensorsWriter.create(base.resolve("model.safetensors"))) {
            var zeros = new float[MatrixKinds.ROWS * MatrixKinds.COLUMNS];
            writer.put(LINEAR, DType.FLOAT32, List.of(MatrixKinds.ROWS, MatrixKinds.COLUMNS), DenseWeight.of(zeros, MatrixKinds.ROWS, MatrixKinds.COLUMNS).data());
            writer.finish();
        }
        Files.writeString(base.resolve("config.json"), "{\"model_type\": \"llama\"}");
    }

    static List<StorageFormat> safetensorsFormats() {
        return StorageFormats.all().stream().filter(format -> format instanceof SafetensorsFormat && format.writable()).toList();
    }

    @ParameterizedTest
    @MethodSource("safetensorsFormats")
    void everyKindComesBackToTheLastBitOrIsRefused(StorageFormat format) {
        int held = 0;
        for (Map.Entry<String, GroupedWeight> kind : KINDS.entrySet()) {
            Path output = folder.resolve("out-" + held + "-" + kind.getKey().replace(' ', '_'));
            if (format.refusal(kind.getValue()).isEmpty()) {
                write(format, kind.getValue(), output);
                try (Checkpoint checkpoint = Checkpoint.open(output)) {
                    var read = (QuantizedWeight) checkpoint.weights().read(LINEAR);
                    assertThat(bits(read)).as(kind.getKey()).isEqualTo(bits(kind.getValue()));
                    assertThat(checkpoint.weights().names()).containsExactly(LINEAR);
                    assertThat(checkpoint.weights().info(LINEAR).quantized()).isTrue();
                }
                held++;
            } else {
                assertThatThrownBy(() -> write(format, kind.getValue(), output))
                        .as(kind.getKey())
                        .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.UNSUPPORTED))
                        .hasMessageContaining("the format " + format.name() + " cannot hold it because");
                assertThat(output).doesNotExist();
            }
        }
        assertThat(held).isPositive();
    }

    private static int[] bits(QuantizedWeight weight) {
        float[] values = weight.toFloats();
        var bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "int4 asym g32 | compressed-tensors, int-quantized, gptq, gptq-v2, awq, hqq", "int4 asym act-order | compressed-tensors, gptq, gptq-v2",
        "int3 sym g32 | compressed-tensors, int-quantized, gptq, gptq-v2, hqq", "int8 sym channel | compressed-tensors, int-quantized, gptq, gptq-v2, bitsandbytes, hqq",
        "int3 float zeros axis 0 | hqq", "float8 block | compressed-tensors", "mxfp4 | compressed-tensors", "nvfp4 | compressed-tensors",
        "nf4 double | bitsandbytes", "int8 sym rows by maxima | bitsandbytes", "ternary matrix | bitnet, ternary, ternary-2bit",
        "ternary shards of rows | ternary, ternary-2bit"
    })
    void theFormatsThatCanHoldAKindAreKnown(String kind, String formats) {
        var able = new ArrayList<String>();
        for (StorageFormat format : safetensorsFormats()) {
            if (format.refusal(KINDS.get(kind)).isEmpty()) {
                able.add(format.name());
            }
        }
        assertThat(able).containsAll(Arrays.asList(formats.split(", ")));
    }

    @Test
    void aRefusalNamesTheFormatsThatCan() {
        assertThatThrownBy(() -> write(StorageFormats.writable("awq"), KINDS.get("int3 sym g32"), folder.resolve("out")))
                .hasMessageContaining("model.layers.0.mlp.down_proj: the format awq cannot hold it because it has no codes of 3 bits; formats that can: compressed-tensors");
    }

    /** BitNet's layers that divide could not store it: its reciprocal is no float32 number. */
    @Test
    void bitNetHoldsAnyScale() {
        float scale = 0.027770996f;
        assertThat(GroupNumbers.Reciprocal.of(scale)).isEmpty();
        var kind = (GroupedWeight) KINDS.get("ternary matrix");
        var weight = new GroupedWeight(kind.rows(), kind.columns(), kind.grid(), kind.codes(), kind.layout(),
                GroupNumbers.plain(new float[] {scale}, DType.FLOAT16), null, null);
        Path output = folder.resolve("out");
        write(StorageFormats.writable("bitnet"), weight, output);
        try (Checkpoint checkpoint = Checkpoint.open(output)) {
            assertThat(checkpoint.config().path("quantization_config").path("linear_class").asString()).isEqualTo("autobitlinear");
            assertThat(checkpoint.weights().read(LINEAR).toFloats()).isEqualTo(weight.toFloats());
        }
    }

    @Test
    void howInputsAreQuantizedIsKept() {
        var scheme = ActivationScheme.dynamic(ActivationScheme.Type.INT, 8, ActivationScheme.Granularity.TOKEN, 0);
        Path output = folder.resolve("out");
        try (Checkpoint checkpoint = Checkpoint.open(base); var writer = ArtifactWriter.begin(output, checkpoint, StorageFormats.writable("compressed-tensors"))) {
            assertThat(writer.quantizesInputs("model.layers.0.mlp.down_proj", scheme, KINDS.get("int8 sym channel"))).isTrue();
            writer.put(LINEAR, KINDS.get("int8 sym channel"));
            writer.finish(Json.MAPPER.createObjectNode());
        }
        try (Checkpoint checkpoint = Checkpoint.open(output)) {
            assertThat(checkpoint.weights().info(LINEAR).encoding()).isEqualTo("int-quantized 8-bit");
            assertThat(checkpoint.activations("model.layers.0.mlp.down_proj")).contains(scheme);
        }
    }

    private void write(StorageFormat format, QuantizedWeight weight, Path output) {
        try (Checkpoint checkpoint = Checkpoint.open(base); var writer = ArtifactWriter.begin(output, checkpoint, format)) {
            writer.put(LINEAR, weight);
            writer.finish(Json.MAPPER.createObjectNode());
        }
    }

    /** Layouts of one format that refuse for one reason say it once. */
    @Test
    void aRefusalSaysNothingTwice() {
        for (StorageFormat format : StorageFormats.all()) {
            KINDS.forEach((kind, weight) -> format.refusal(weight).ifPresent(reason ->
                    assertThat(reason.split("it stores NF4, FP4", -1).length).as(format.name() + ", " + kind + ": " + reason).isLessThanOrEqualTo(2)));
        }
    }
}
