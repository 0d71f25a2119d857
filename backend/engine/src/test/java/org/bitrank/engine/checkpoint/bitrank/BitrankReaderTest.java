package org.bitrank.engine.checkpoint.bitrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.QuantizedWeight;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of matrix read by {@code bench/bitrank_layout.py}, which was written from docs/formats.md. Runs where the environment
 * variable {@code BITRANK_PEERS} names a Python that has numpy and safetensors.
 */
class BitrankReaderTest {
    @TempDir
    private Path folder;

    @Test
    void aReaderWrittenFromTheDescriptionFindsTheSameNumbers() throws Exception {
        String python = System.getenv("BITRANK_PEERS");
        Assumptions.assumeTrue(python != null, "skipped: BITRANK_PEERS names no Python with numpy and safetensors");
        Map<String, QuantizedWeight> matrices = BitrankMatrices.all();
        Path file = folder.resolve("matrices.safetensors");
        try (var writer = SafetensorsWriter.create(file)) {
            matrices.forEach((name, weight) -> {
                BitrankLayout layout = new BitrankFormat().layouts().stream().filter(one -> one.refusal(weight).isEmpty()).findFirst().orElseThrow();
                layout.write(writer, module(name), weight);
            });
            writer.finish();
        }
        Path script = ModelCatalog.installation().orElseThrow().resolve("bench/bitrank_layout.py");
        Path decoded = folder.resolve("decoded.safetensors");
        Process process = new ProcessBuilder(python, script.toString(), file.toString(), "--dense", decoded.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        try (var reference = SafetensorsFile.open(decoded)) {
            matrices.forEach((name, weight) -> {
                float[] expected = weight.toFloats();
                float[] actual = reference.floats(module(name) + ".weight");
                assertThat(actual).as(name).hasSameSizeAs(expected);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(actual[i]).as(name).isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
                }
            });
        }
    }

    private static String module(String name) {
        return "m." + name.replaceAll("[ ,]+", "_");
    }
}
