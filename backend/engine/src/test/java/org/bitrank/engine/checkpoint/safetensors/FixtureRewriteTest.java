package org.bitrank.engine.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.TreeMap;
import org.bitrank.engine.Progress;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Converter;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A checkpoint of the tool, read and written again in its own format, has the tool's tensors byte for byte. */
class FixtureRewriteTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "autogptq-w4-g128-act-static-sym, gptq", "autogptq-w4-g128-sym, gptq", "autogptq-w8-perchannel-sym, gptq", "gptqmodel-w3-g128-sym-v1, gptq",
        "gptqmodel-w4-g32-act-sym-v1, gptq", "gptqmodel-w8-g128-act-sym-v1, gptq", "gptqmodel-w2-g32-asym-v2, gptq-v2",
        "gptqmodel-w3-perchannel-act-asym-v2, gptq-v2", "gptqmodel-w4-g32-act-asym-v2, gptq-v2", "autoround-w4-g128-asym, awq", "awq-gemm-w4-g128, awq",
        "awq-gemm-w4-g32, awq", "bitnet-ternary-2bit, bitnet", "bnb-fp4, bitsandbytes", "bnb-fp4-dq, bitsandbytes", "bnb-int8, bitsandbytes",
        "bnb-nf4, bitsandbytes", "bnb-nf4-dq, bitsandbytes", "hqq-1bit-g64, hqq", "hqq-2bit-g64, hqq", "hqq-3bit-g64, hqq", "hqq-4bit-g64, hqq",
        "hqq-4bit-g64-axis0, hqq", "ct-awq-w4a16-asym, compressed-tensors", "ct-fp8-block, compressed-tensors", "ct-fp8-dynamic, compressed-tensors",
        "ct-gptq-w4a16-actorder-weight-g32, compressed-tensors", "ct-legacy-gptq-w4-actorder-group, compressed-tensors", "ct-mxfp4a16, compressed-tensors",
        "ct-mxfp8a16, compressed-tensors", "ct-nvfp4a16, compressed-tensors", "ct-smoothquant-w8a8, compressed-tensors",
        "ct-w2a16-perchannel, compressed-tensors", "ct-w3a16-g128, compressed-tensors", "ct-w4a16-asym-g128, compressed-tensors",
        "ct-w4a16-sym-g128, compressed-tensors", "ct-w8a16, compressed-tensors", "ct-w8a8-int8-dynamic, compressed-tensors"
    })
    void writesTheToolsBytes(String fixture, String format) {
        Path directory = SharedFiles.path("fixtures/quantized/" + fixture);
        Path output = folder.resolve("out");
        convert(directory, format, output);
        try (SafetensorsSet theirs = SafetensorsSet.open(directory).orElseThrow(); SafetensorsSet ours = SafetensorsSet.open(output).orElseThrow()) {
            assertThat(ours.holders().keySet()).isEqualTo(theirs.holders().keySet());
            for (String name : theirs.holders().keySet()) {
                assertThat(ours.tensor(name).type()).as(name).isEqualTo(theirs.tensor(name).type());
                assertThat(ours.tensor(name).shape()).as(name).isEqualTo(theirs.tensor(name).shape());
                assertThat(ours.bytes(name).toArray(ValueLayout.JAVA_BYTE)).as(name).isEqualTo(theirs.bytes(name).toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }

    /** A zero point of 0, and AutoGPTQ's damage where it wrote one. */
    @ParameterizedTest
    @CsvSource({"gptqmodel-w2-g32-asym-v1, tools disagree on zero point 0", "autogptq-w4-g32-act-asym, whole zero points"})
    void versionOneIsRefusedWhereItIsNotSafe(String fixture, String reason) {
        Path directory = SharedFiles.path("fixtures/quantized/" + fixture);
        assertThatThrownBy(() -> convert(directory, "gptq", folder.resolve("out")))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining(reason);
    }

    private static void convert(Path directory, String format, Path output) {
        try (Checkpoint source = Checkpoint.open(directory)) {
            new Converter(source, new TreeMap<>(), Progress.SILENT).to(StorageFormats.writable(format), output);
        }
    }
}
