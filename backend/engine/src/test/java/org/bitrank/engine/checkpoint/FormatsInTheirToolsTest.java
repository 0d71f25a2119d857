package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.DType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What each format's writer wrote is decoded by the tool that owns the format to the same numbers. Runs where the environment
 * variable {@code BITRANK_PEERS} names a Python that has those tools; {@code BITRANK_PEER_SOURCES} may name a folder with the
 * unpacked sources of AutoAWQ and GPTQModel. {@code bench/check_formats.py} says how to make both.
 */
class FormatsInTheirToolsTest {
    private static final String LINEAR = "model.layers.0.mlp.down_proj.weight";
    private static final List<String> FORMATS =
            List.of("compressed-tensors", "int-quantized", "gptq", "gptq-v2", "awq", "bitsandbytes", "hqq", "bitnet");

    @TempDir
    Path folder;

    @Test
    void everyToolDecodesWhatWasWritten() throws Exception {
        String python = System.getenv("BITRANK_PEERS");
        Assumptions.assumeTrue(python != null, "skipped: BITRANK_PEERS names no Python with compressed-tensors, bitsandbytes, hqq and transformers");
        Path base = Files.createDirectory(folder.resolve("base"));
        try (var writer = SafetensorsWriter.create(base.resolve("model.safetensors"))) {
            writer.finish();
        }
        Files.writeString(base.resolve("config.json"), "{\"model_type\": \"llama\"}");
        Path written = folder.resolve("written");
        for (String name : FORMATS) {
            StorageFormat format = StorageFormats.writable(name);
            for (Map.Entry<String, GroupedWeight> kind : MatrixKinds.all().entrySet()) {
                if (format.refusal(kind.getValue()).isEmpty()) {
                    write(base, format, kind.getValue(), written.resolve(name).resolve(kind.getKey()));
                }
            }
        }
        Path script = Path.of("../../bench/check_formats.py").toAbsolutePath().normalize();
        var command = new ArrayList<>(List.of(python, script.toString(), written.toString()));
        String sources = System.getenv("BITRANK_PEER_SOURCES");
        if (sources != null) {
            add(command, "--autoawq", Path.of(sources), "autoawq-");
            add(command, "--gptqmodel", Path.of(sources), "gptqmodel-");
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        System.out.print(output);
    }

    private static void add(List<String> command, String option, Path sources, String prefix) throws IOException {
        try (var entries = Files.newDirectoryStream(sources, entry -> Files.isDirectory(entry) && entry.getFileName().toString().startsWith(prefix))) {
            for (Path entry : entries) {
                command.addAll(List.of(option, entry.toString()));
            }
        }
    }

    private static void write(Path base, StorageFormat format, GroupedWeight weight, Path output) {
        try (Checkpoint checkpoint = Checkpoint.open(base); var writer = ArtifactWriter.begin(output, checkpoint, format)) {
            writer.put(LINEAR, weight);
            writer.finish(Json.MAPPER.createObjectNode());
        }
        try (var expected = SafetensorsWriter.create(output.resolve("expected.safetensors"))) {
            expected.put("weight", DType.FLOAT32, List.of(weight.rows(), weight.columns()),
                    DenseWeight.of(weight.toFloats(), weight.rows(), weight.columns()).data());
            expected.finish();
        }
    }
}
