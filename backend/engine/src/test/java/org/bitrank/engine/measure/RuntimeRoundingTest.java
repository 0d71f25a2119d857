package org.bitrank.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.bitrank.engine.Progress;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Converter;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that others' tools wrote. */
class RuntimeRoundingTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ct-w8a8-int8-dynamic | 8 | int8 per token (2 of 2 linear layers)",
        "ct-fp8-static | 8 | float8 per tensor, scales stored (2 of 2 linear layers)",
        "bnb-int8 | 8 | int8 per token, magnitudes from 6 up left as they are (2 of 2 linear layers)",
    })
    void inputsAreNamed(String fixture, int bits, String text) {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path("fixtures/quantized/" + fixture))) {
            RuntimeRounding rounding = RuntimeRounding.of(checkpoint);
            assertThat(rounding.inputBits()).isEqualTo(bits);
            assertThat(rounding.inputs()).containsExactly(text);
            assertThat(rounding.keyValues()).isNull();
        }
    }

    @Test
    void whereOnlyWeightsAreCodedInputsStay() {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path("fixtures/quantized/ct-w4a16-sym-g128"))) {
            assertThat(RuntimeRounding.of(checkpoint)).isEqualTo(new RuntimeRounding(null, List.of(), null));
            assertThat(checkpoint.notes()).isEmpty();
        }
    }

    @Test
    void aForeignSchemeOfTheKvCacheIsNotPassedOverInSilence() throws Exception {
        Path fixture = SharedFiles.path("fixtures/quantized/ct-w4a16-sym-g128");
        Files.copy(fixture.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        String config = Files.readString(fixture.resolve("config.json"))
                .replace("\"kv_cache_scheme\": null", "\"kv_cache_scheme\": {\"num_bits\": 8, \"type\": \"float\", \"strategy\": \"tensor\"}");
        assertThat(config).contains("num_bits\": 8, \"type\": \"float");
        Files.writeString(folder.resolve("config.json"), config);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.notes()).singleElement().asString().contains("KV cache in float8").contains("not done here");
            new Converter(checkpoint, new TreeMap<>(), Progress.SILENT).to(StorageFormats.writable("compressed-tensors"), folder.resolve("converted"));
        }
        try (Checkpoint converted = Checkpoint.open(folder.resolve("converted"))) {
            assertThat(converted.config().path("quantization_config").path("kv_cache_scheme").path("type").asString()).isEqualTo("float");
        }
    }
}
