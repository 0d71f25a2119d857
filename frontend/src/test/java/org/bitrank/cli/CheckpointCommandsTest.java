package org.bitrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code inspect} and {@code convert} as somebody at a terminal sees them. */
class CheckpointCommandsTest {
    private static final String MODEL = "reference/micro-llama";

    private final PrintStream terminal = System.out;
    private final PrintStream terminalErrors = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(terminal);
        System.setErr(terminalErrors);
    }

    @Test
    void inspectCountsParametersBytesAndBits() {
        assertThat(CommandLineTool.run("inspect", MODEL, "--json")).isZero();
        JsonNode described = JsonMapper.shared().readTree(output());
        assertThat(described.path("architecture").asString()).isEqualTo("LlamaForCausalLM");
        assertThat(described.path("format").asString()).isEqualTo("safetensors");
        assertThat(described.path("effective_bits").asDouble()).isEqualTo(16);
        assertThat(described.path("bytes").asLong()).isGreaterThan(2 * described.path("parameters").asLong());
        assertThat(described.path("classes").path("linear").path("encodings").path(0).asString()).isEqualTo("BF16");
    }

    @Test
    void inspectPrintsOneLineAClass() {
        assertThat(CommandLineTool.run("inspect", MODEL)).isZero();
        assertThat(output()).contains("architecture   LlamaForCausalLM, ").containsPattern("(?m)^embedding +1 .* BF16$");
    }

    @Test
    void convertWritesAWholeModelInTheTypeThatWasAsked() {
        Path target = folder.resolve("model");
        assertThat(CommandLineTool.run("convert", "--model", MODEL, "--format", "dense", "--dtype", "float32", "--output", target.toString(), "--quiet"))
                .isZero();
        assertThat(output().strip()).isEqualTo(target.toString());
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(target).isDirectoryContaining("glob:**/tokenizer.json").isDirectoryContaining("glob:**/bitrank.json");
    }

    @Test
    void failuresAreOneLineAndTheRightExitCode() throws Exception {
        Path pickle = Files.createFile(folder.resolve("pytorch_model.bin"));
        assertFails(3, "there is no model 'reference/nothing'", "inspect", "reference/nothing");
        assertFails(3, "is a pickle file", "inspect", pickle.toString());
        assertFails(3, "exists already", "convert", "--model", MODEL, "--format", "dense", "--output", folder.toString());
        assertFails(4, "the format 'torchao' cannot be written: it is read only", "convert", "--model", MODEL, "--format", "torchao", "--output", folder.resolve("x").toString());
        assertFails(4, "holds no codes that gptq could store", "convert", "--model", MODEL, "--format", "gptq", "--output", folder.resolve("x").toString());
        assertFails(2, "--output", "convert", "--model", MODEL, "--format", "dense");
    }

    @Test
    void countsAndSizesThatNoModelHasAreRefusedByNameBeforeMemoryIsAskedForThem() throws Exception {
        assertFails(3, "num_hidden_layers must be a positive whole number, not 2000000000, and 4096 at most", "inspect", withConfig("num_hidden_layers", 2_000_000_000));
        assertFails(3, "num_hidden_layers must be a positive whole number, not -3", "inspect", withConfig("num_hidden_layers", -3));
        assertFails(3, "num_attention_heads must be", "eval", "--model", withConfig("num_attention_heads", 1_000_000_000), "--tasks", "micro_facts");
        assertFails(3, "vocab_size must be", "quantize", "--model", withConfig("vocab_size", 2_000_000_000), "--recipe", "{\"method\":\"rtn\"}", "--output",
                folder.resolve("x").toString());
        assertFails(3, "num_hidden_layers is 40, but tensors are there for", "quantize", "--model", withConfig("num_hidden_layers", 40), "--recipe",
                "{\"method\":\"rtn\"}", "--output", folder.resolve("x").toString());
    }

    @Test
    void aFolderInTheWeightsPlaceIsCalledThat() throws Exception {
        Files.createDirectory(folder.resolve("model.safetensors"));
        assertFails(3, "model.safetensors is a folder, where a safetensors file belongs", "inspect", folder.toString());
    }

    private String withConfig(String key, int value) throws Exception {
        Path model = Files.createTempDirectory(folder, "model");
        try (var files = Files.newDirectoryStream(ModelCatalog.resolve(MODEL))) {
            for (Path file : files) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        Path config = model.resolve("config.json");
        var json = (ObjectNode) JsonMapper.shared().readTree(config);
        Files.write(config, JsonMapper.shared().writeValueAsBytes(json.put(key, value)));
        return model.toString();
    }

    private void assertFails(int exitCode, String message, String... arguments) {
        errors.reset();
        assertThat(CommandLineTool.run(arguments)).isEqualTo(exitCode);
        assertThat(errors.toString(StandardCharsets.UTF_8)).startsWith("error: ").contains(message).containsOnlyOnce("\n");
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
