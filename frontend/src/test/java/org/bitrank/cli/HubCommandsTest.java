package org.bitrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.hub.StubHub;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models and data of a hub on the command line. */
class HubCommandsTest {
    private final PrintStream terminal = System.out;
    private final PrintStream terminalErrors = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private StubHub hub;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        hub = new StubHub();
        System.setProperty("HF_ENDPOINT", hub.endpoint().toString());
        System.setProperty("HF_HUB_CACHE", folder.resolve("cache").toString());
        System.setProperty("HF_HUB_OFFLINE", "0");
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        System.setOut(terminal);
        System.setErr(terminalErrors);
        System.clearProperty("HF_ENDPOINT");
        System.clearProperty("HF_HUB_CACHE");
        System.clearProperty("HF_HUB_OFFLINE");
        hub.close();
    }

    private static Map<String, byte[]> model() throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        try (Stream<Path> list = Files.list(ModelCatalog.resolve("reference/micro-llama"))) {
            for (Path file : list.filter(Files::isRegularFile).toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    @Test
    void evalFetchesModelAndDataAndRecordsTheirCommits() throws IOException {
        String commit = hub.commit("world/micro", "main", model());
        String rows = "{\"q\": \"The sky is\", \"a\": \"blue\"}\n{\"q\": \"The grass is\", \"a\": \"green\"}\n";
        String data = hub.commit("datasets/world/colours", "main", Map.of("data/test.jsonl", rows.getBytes(StandardCharsets.UTF_8)));
        Path task = Files.writeString(folder.resolve("colours.yaml"), """
                task: colours
                dataset_path: world/colours
                test_split: test
                output_type: loglikelihood
                doc_to_text: "{{q}}"
                doc_to_target: "{{a}}"
                metric_list: [{metric: acc}]
                """);
        Path results = folder.resolve("results.json");
        int code = CommandLineTool.run("eval", "--model", "hf://world/micro", "--tasks", task.toString(), "--compute", "float32", "--output", results.toString());
        assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
        JsonNode bitrank = JsonMapper.shared().readTree(Files.readAllBytes(results)).get("bitrank");
        assertThat(bitrank.at("/model/hub/repository").asString()).isEqualTo("world/micro");
        assertThat(bitrank.at("/model/hub/commit").asString()).isEqualTo(commit);
        assertThat(bitrank.at("/model/hub/files").propertyNames()).contains("model.safetensors", "config.json", "tokenizer.json");
        assertThat(bitrank.at("/data_files/colours").get("test.jsonl").get("commit").asString()).isEqualTo(data);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("download world/micro (MB)").contains("download world/colours (MB)");
    }

    @Test
    void whatTheHubRefusesIsOneLine() {
        hub.commit("world/gated", "main", Map.of("config.json", "{}".getBytes(StandardCharsets.UTF_8), "model.safetensors", new byte[2000]));
        hub.gate("world/gated");
        assertThat(CommandLineTool.run("inspect", "hf://world/gated", "--quiet")).isEqualTo(3);
        assertThat(errors.toString(StandardCharsets.UTF_8).lines()).hasSize(1)
                .allSatisfy(line -> assertThat(line).startsWith("error: the model world/gated is gated; accept its terms at " + hub.endpoint() + "/world/gated"));
    }
}
