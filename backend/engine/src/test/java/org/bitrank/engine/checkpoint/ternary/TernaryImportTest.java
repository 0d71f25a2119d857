package org.bitrank.engine.checkpoint.ternary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.TreeMap;
import org.bitrank.engine.Progress;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Converter;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that were trained ternary and saved unquantized are found, packed and read back number for number. */
class TernaryImportTest {
    private static final String MATRIX = "model.layers.0.self_attn.k_proj.weight";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"ternary, 1.6", "ternary-2bit, 2", "bitnet, 2"})
    void aTernaryLlamaIsPackedExactly(String format, double bits) {
        Path model = SharedFiles.path("fixtures/hf/llm/llama-ternary-bf16");
        try (Checkpoint source = Checkpoint.open(model)) {
            assertThat(source.notes()).singleElement().asString().contains("the matrices are ternary, with 1 scale each");
            new Converter(source, new TreeMap<>(), Progress.SILENT).to(StorageFormats.writable(format), folder.resolve("out"));
            try (Checkpoint packed = Checkpoint.open(folder.resolve("out"));
                    SafetensorsFile expected = SafetensorsFile.open(model.resolve("ternary.safetensors"))) {
                assertThat(packed.format()).isEqualTo(format);
                int quantized = 0;
                for (String name : source.weights().names()) {
                    assertThat(withoutSignedZeros(packed.weights().read(name))).as(name).isEqualTo(withoutSignedZeros(source.weights().read(name)));
                    quantized += packed.weights().info(name).quantized() ? 1 : 0;
                }
                assertThat(quantized).isEqualTo(14);
                // Whoever reads BitNet's format rounds inputs too.
                assertThat(packed.activations("model.layers.0.self_attn.k_proj").isPresent()).isEqualTo(format.equals("bitnet"));
                TensorInfo info = packed.weights().info(MATRIX);
                assertThat(8.0 * info.stored().codes() / info.elements()).isBetween(bits, bits + 0.01);
                assertThat(BitAccount.of(packed).nominalBits()).isCloseTo(1.585, within(1e-4));
                assertThat(expected.names()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void aScaleForEachShardIsFound(int shards) {
        for (boolean alongRows : new boolean[] {true, false}) {
            int rows = 60;
            int columns = 120;
            var layout = alongRows ? new GroupLayout.Blocks(rows / shards, columns) : new GroupLayout.Blocks(rows, columns / shards);
            var values = new float[rows * columns];
            for (int i = 0; i < values.length; i++) {
                values[i] = (i * 7 % 3 - 1) * 0.125f * (1 + layout.group(i / columns, i % columns, columns));
            }
            GroupedWeight found = TernaryMatrix.of(DenseWeight.of(values, rows, columns, DType.BFLOAT16)).orElseThrow();
            assertThat(found.grid()).isEqualTo(Codebooks.TERNARY);
            assertThat(found.scales().count()).isEqualTo(shards);
            assertThat(found.toFloats()).isEqualTo(values);
        }
    }

    @Test
    void othersAreNot() {
        assertThat(TernaryMatrix.of(DenseWeight.of(new float[] {1, 2, 2, 1}, 2, 2))).isEmpty();
        assertThat(TernaryMatrix.of(DenseWeight.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 4))).isEmpty();
        assertThat(TernaryMatrix.of(DenseWeight.of(new float[4], 2, 2))).isEmpty();
        assertThat(TernaryMatrix.of(DenseWeight.of(new float[] {Float.NaN, 1, 1, 1}, 2, 2))).isEmpty();
    }

    /** The one thing that three codes cannot say. */
    private static float[] withoutSignedZeros(Weight weight) {
        float[] values = weight.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] += 0f;
        }
        return values;
    }
}
