package org.bitrank.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The commands eval and logits, on the embedded model. */
class MeasuringCommandsTest {
    private static final String MODEL = "reference/micro-llama";

    @TempDir
    Path folder;

    @Test
    void evalWithARecipeMeasuresTheQuantizedModelAgainstItsBase() throws IOException {
        Path results = folder.resolve("results.json");
        Outcome outcome = Outcome.of("eval", "--quiet", "--model", MODEL, "--recipe", "{\"method\": \"rtn\", \"weights\": {\"bits\": 4}}",
                "--tasks", "micro_facts,micro_answers", "--limit", "4", "--output", results.toString(),
                "--samples", folder.resolve("samples").toString(), "--compute", "float32");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        JsonNode json = new ObjectMapper().readTree(results);
        assertThat(json.get("results").propertyNames()).containsExactly("micro_facts", "micro_answers");
        assertThat(json.get("bitrank").get("comparison").get("micro_facts").get("kl_divergence").doubleValue()).isPositive();
        assertThat(names(folder)).containsExactlyInAnyOrder("results.json", "samples");
        assertThat(names(folder.resolve("samples")))
                .containsExactlyInAnyOrder("samples_micro_facts.jsonl", "samples_micro_answers.jsonl");
    }

    /** The command that a server's row names must give the server's artifact, and a server quantizes in the type it measures in. */
    @Test
    void evalQuantizesInTheTypeItMeasuresIn() throws IOException {
        assumeTrue(CpuBackend.nativeComputeType() == ComputeType.BFLOAT16, "skipped: this processor has no bfloat16 products");
        String recipe = "{\"method\": \"gptq\", \"weights\": {\"bits\": 3}, \"calibration\": {\"samples\": 4, \"sequence-length\": 64}}";
        assertThat(Outcome.of("eval", "--quiet", "--model", MODEL, "--recipe", recipe, "--tasks", "micro_facts", "--limit", "1",
                "--compute", "bfloat16", "--artifact", folder.resolve("measured").toString(), "--output", folder.resolve("r.json").toString()).exitCode()).isZero();
        assertThat(Outcome.of("quantize", "--quiet", "--model", MODEL, "--recipe", recipe, "--compute", "bfloat16",
                "--output", folder.resolve("made").toString()).exitCode()).isZero();
        JsonNode measured = new ObjectMapper().readTree(folder.resolve("measured/bitrank.json"));
        assertThat(measured.at("/hardware/compute").asString()).isEqualTo("bfloat16");
        assertThat(folder.resolve("measured/model.safetensors")).hasSameBinaryContentAs(folder.resolve("made/model.safetensors"));
    }

    @Test
    void evalWithoutAnOutputPrintsTheResults() {
        Outcome outcome = Outcome.of("eval", "--quiet", "--model", MODEL, "--tasks", "micro_facts", "--limit", "2");
        assertThat(new ObjectMapper().readTree(outcome.out()).get("n-samples").get("micro_facts").get("effective").intValue())
                .isEqualTo(2);
    }

    /** What reads JSON is no terminal; a person gets the figures, with what they are counted in. */
    @Test
    void evalOnATerminalPrintsTheFiguresAlone() {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = CommandLineTool.frame(true).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute("eval", "--quiet", "--model", MODEL,
                "--recipe", "{\"method\": \"rtn\", \"weights\": {\"bits\": 3}}", "--tasks", "micro_text", "--limit", "2", "--compute", "float32");
        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(out.toString()).startsWith("micro_text").containsPattern("perplexity .* difference [+-]\\d+\\.\\d{4} nats a token").doesNotContain("{");
        assertThat(err.toString()).contains("--output FILE");
    }

    @Test
    void whatIsQuantizedAlreadyIsQuantizedAgainWithAWord() throws IOException {
        String recipe = "{\"method\": \"rtn\", \"weights\": {\"bits\": 4}}";
        Path once = folder.resolve("once");
        Outcome first = Outcome.of("quantize", "--quiet", "--model", MODEL, "--recipe", recipe, "--output", once.toString());
        assertThat(first.err()).isEmpty();
        assertThat(new ObjectMapper().readTree(once.resolve("bitrank.json")).get("base").has("quantized_before")).isFalse();
        Outcome again = Outcome.of("quantize", "--quiet", "--model", once.toString(), "--recipe", recipe, "--output", folder.resolve("twice").toString());
        assertThat(again.exitCode()).isZero();
        assertThat(again.err()).startsWith("warning: once is quantized already (").contains("both losses").contains("give the unquantized model");
        assertThat(new ObjectMapper().readTree(folder.resolve("twice/bitrank.json")).at("/base/quantized_before").asBoolean()).isTrue();
    }

    @Test
    void failedEvalLeavesNothingBehind() throws IOException {
        Outcome outcome = Outcome.of("eval", "--quiet", "--model", MODEL, "--tasks", "micro_fact", "--output", folder.resolve("r.json").toString());
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("error: there is no task 'micro_fact'; did you mean micro_facts?");
        assertThat(names(folder)).isEmpty();
    }

    @Test
    void resumeWithoutAnOutputIsAMistakeOfUse() {
        Outcome outcome = Outcome.of("eval", "--model", MODEL, "--tasks", "micro_facts", "--resume");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("--resume needs the --output");
    }

    @Test
    void logitsAreWrittenAsOneTensor() throws IOException {
        Path ids = Files.writeString(folder.resolve("ids.json"), "[1, 5, 9]");
        Path output = folder.resolve("logits.safetensors");
        assertThat(Outcome.of("logits", "--model", MODEL, "--input-ids", ids.toString(), "--output", output.toString()).exitCode()).isZero();
        try (var file = SafetensorsFile.open(output)) {
            assertThat(file.shape("logits")).isEqualTo(List.of(3, 2048));
            assertThat(file.type("logits")).isEqualTo("F32");
        }
    }

    @Test
    void logitsOfAPromptThatShowsAPictureAreThoseOfTransformers() throws IOException {
        Path fixture = shared("fixtures/hf/multimodal/llava15-f16");
        JsonNode example = new ObjectMapper().readTree(fixture.resolve("expected.json")).get("cases").get(1);
        Path ids = Files.writeString(folder.resolve("ids.json"), example.get("prompt_ids_before_expansion").toString());
        Path output = folder.resolve("logits.safetensors");
        String[] images = {fixture.resolve("images/40x71-102.png").toString(), fixture.resolve("images/56x56-103.png").toString()};
        Outcome outcome = Outcome.of("logits", "--model", fixture.toString(), "--input-ids", ids.toString(), "--image", images[0], images[1],
                "--compute", "float32", "--output", output.toString());
        assertThat(outcome.err()).isEmpty();
        try (var file = SafetensorsFile.open(output); var expected = SafetensorsFile.open(fixture.resolve("expected.safetensors"))) {
            assertThat(file.floats("logits")).containsExactly(expected.floats("two.logits"), within(1e-4f));
        }
        Outcome one = Outcome.of("logits", "--model", fixture.toString(), "--input-ids", ids.toString(), "--image", images[0], "--output", output + "1");
        assertThat(one.exitCode()).isEqualTo(3);
        assertThat(one.err()).contains("(261) 2 times", "1 pictures of 16 tokens");
        Outcome none = Outcome.of("logits", "--model", fixture.toString(), "--input-ids", ids.toString(), "--output", output + "0");
        assertThat(none.exitCode()).isEqualTo(3);
        assertThat(none.err()).contains("has 2 tokens of pictures (id 261), and no picture is given; name the pictures with --image");
        Outcome text = Outcome.of("logits", "--model", MODEL, "--input-ids", ids.toString(), "--image", images[0], "--output", output + "2");
        assertThat(text.err()).contains("reads text alone");
        Outcome inspected = Outcome.of("inspect", fixture.toString());
        assertThat(inspected.out()).contains("2 blocks, hidden size 48", "clip_vision_model, 2 of 3 blocks");
    }

    @Test
    void tokenIdsThatAreNoneAreNamed() throws IOException {
        Path ids = Files.writeString(folder.resolve("ids.json"), "[1, \"two\"]");
        Outcome outcome = Outcome.of("logits", "--model", MODEL, "--input-ids", ids.toString(), "--output", folder.resolve("l").toString());
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("item 1 is no token id: \"two\"");
        assertThat(folder.resolve("l")).doesNotExist();
    }

    /** A file that lies beside the repository; the test is skipped where it is absent. */
    private static Path shared(String relative) {
        String root = System.getenv("BITRANK_SHARED");
        Path path = Path.of(root == null ? "../../shared" : root).resolve(relative);
        assumeTrue(Files.exists(path), "skipped: " + path + " is absent");
        return path;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
