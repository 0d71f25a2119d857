package org.bitrank.web.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.hub.StubHub;
import org.bitrank.web.Application;
import org.bitrank.web.Leftovers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The way of a model of the hub: from its address on the form to its row, with a hub on this machine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HubSubmissionTest {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String[] SETTINGS = {"HF_ENDPOINT", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_TOKEN"};

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private StubHub hub;
    private Application application;
    private Path cache;

    @BeforeAll
    void start() throws IOException {
        cache = Files.createTempDirectory("bitrank-hub-");
        hub = new StubHub();
        try (Stream<Path> model = Files.list(ModelCatalog.resolve("reference/micro-llama"))) {
            for (Path file : model.filter(Files::isRegularFile).toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        System.setProperty(SETTINGS[0], hub.endpoint().toString());
        System.setProperty(SETTINGS[1], cache.toString());
        System.setProperty(SETTINGS[2], "0");
        application = new Application(true, false);
    }

    @AfterAll
    void stop() {
        application.close();
        hub.close();
        Leftovers.delete(cache);
        for (String setting : SETTINGS) {
            System.clearProperty(setting);
        }
    }

    private HttpResponse<String> send(String address, Map<String, String> form) throws Exception {
        String body = form.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(application.address(address)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> recipe(String model) throws Exception {
        return send("/submit", Map.of("other-model", model, "method", "rtn", "weights.bits", "4", "weights.group-size", "64", "suite", "reference", "limit", "2"));
    }

    private JsonNode json(String address) throws Exception {
        return JSON.readTree(http.send(HttpRequest.newBuilder(URI.create(application.address(address))).build(), HttpResponse.BodyHandlers.ofString()).body());
    }

    private JsonNode finished(HttpResponse<String> accepted) throws Exception {
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(302);
        String submission = URI.create(accepted.headers().firstValue("Location").orElseThrow()).getPath();
        for (Instant end = Instant.now().plus(PATIENCE); Instant.now().isBefore(end); Thread.sleep(300)) {
            JsonNode status = json("/api/v1" + submission);
            if (status.path("rowId").isNumber()) {
                return json("/api/v1/results/" + status.get("rowId").asLong());
            }
            assertThat(status.path("failure").isNull() || status.path("failure").isMissingNode()).as(status.toString()).isTrue();
        }
        throw new AssertionError("no row within " + PATIENCE);
    }

    @Test
    void aRecipeForAModelOfTheHubBecomesARowOfThatCommit() throws Exception {
        String first = hub.commit("world/micro", "main", files);
        JsonNode row = finished(recipe("hf://world/micro"));
        String name = "world/micro@" + first.substring(0, 7);
        assertThat(row.at("/row/model").asString()).isEqualTo(name);
        assertThat(row.get("command").asString()).contains("--model hf://world/micro@" + first);
        assertThat(row.get("protocol").toString()).contains("base from the hub").contains("world/micro@" + first).contains("base file model.safetensors");
        assertThat(cache.resolve("models--world--micro/snapshots/" + first + "/model.safetensors")).exists();
        assertThat(json("/api/v1/models").get("items").valueStream().map(model -> model.get("id").asString())).contains(name);

        assertThat(recipe("hf://world/micro").headers().firstValue("Location").orElseThrow()).endsWith("?known");
        var changed = new LinkedHashMap<>(files);
        changed.put("LICENSE", "another".getBytes(StandardCharsets.UTF_8));
        String second = hub.commit("world/micro", "main", changed);
        assertThat(finished(recipe("hf://world/micro")).at("/row/model").asString()).isEqualTo("world/micro@" + second.substring(0, 7));
    }

    @Test
    void aCheckpointOfTheHubIsMeasuredAgainstItsBase() throws Exception {
        String commit = hub.commit("world/copy", "v1", files);
        JsonNode row = finished(send("/submit/checkpoint", Map.of(
                "location", "hf://world/copy@v1", "base", "reference/micro-llama", "title", "a copy", "suite", "reference", "limit", "2")));
        assertThat(row.at("/row/label").asString()).isEqualTo("a copy");
        assertThat(row.at("/row/divergence").asDouble()).isLessThan(1e-6);
        assertThat(row.get("protocol").toString()).contains("model from the hub").contains("world/copy@" + commit);
    }

    @Test
    void whatIsWrongStandsBesideTheFieldThatWasTypedIn() throws Exception {
        hub.commit("world/gated", "main", files);
        hub.gate("world/gated");
        hub.commit("world/pickled", "main", Map.of("config.json", files.get("config.json"), "pytorch_model.bin", new byte[10]));
        hub.commit("world/other", "main", Map.of("config.json", "{\"architectures\": [\"MambaForCausalLM\"], \"model_type\": \"mamba\"}".getBytes(StandardCharsets.UTF_8),
                "model.safetensors", new byte[10]));
        refused(recipe("hf://world/nothing"), "there is no model world/nothing at");
        refused(recipe("hf://world/gated"), "is gated; accept its terms at");
        refused(recipe("hf://world/pickled"), "as pickle only (pytorch_model.bin)");
        refused(recipe("hf://world/other"), "mamba");
        refused(recipe("hf://world"), "is no hub address");
        assertThat(hub.downloads()).noneMatch(request -> request.path().contains("model.safetensors") && request.path().contains("gated"));
        HttpResponse<String> checkpoint = send("/submit/checkpoint", Map.of("location", "hf://world/nothing", "base", "reference/micro-llama"));
        assertThat(checkpoint.statusCode()).isEqualTo(400);
        assertThat(checkpoint.body().substring(checkpoint.body().indexOf("location-help"))).contains("there is no model world/nothing at");
    }

    private static void refused(HttpResponse<String> page, String words) {
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body()).contains("One field must be mended");
        int error = page.body().indexOf("id=\"other-model-error\"");
        assertThat(error).isPositive();
        assertThat(page.body().substring(error, page.body().indexOf("</p>", error))).contains(words);
        assertThat(page.body()).doesNotContain("id=\"model-error\"");
    }

    /** Nothing that the sender typed is wrong then, and nothing of it is lost. */
    @Test
    void aHubThatGivesNoAnswerIsNotTheSendersFault() throws Exception {
        System.setProperty(SETTINGS[0], "http://127.0.0.1:1");
        try {
            HttpResponse<String> form = recipe("hf://world/elsewhere");
            assertThat(form.statusCode()).isEqualTo(502);
            assertThat(form.body()).contains("The hub gave no answer").contains("127.0.0.1:1 cannot be reached").contains("Send it again in some minutes")
                    .contains("value=\"hf://world/elsewhere\"").doesNotContain("must be mended");
            HttpResponse<String> checkpoint = send("/submit/checkpoint", Map.of("location", "hf://world/elsewhere", "base", "reference/micro-llama"));
            assertThat(checkpoint.statusCode()).isEqualTo(502);
            assertThat(checkpoint.body()).contains("The hub gave no answer").contains("value=\"hf://world/elsewhere\"");
            HttpResponse<String> program = http.send(HttpRequest.newBuilder(URI.create(application.address("/api/v1/submissions"))).header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"model\": \"hf://world/elsewhere\", \"method\": \"rtn\"}")).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(program.statusCode()).isEqualTo(502);
            assertThat(JSON.readTree(program.body()).get("next").asString()).contains("uploaded as an archive");
        } finally {
            System.setProperty(SETTINGS[0], hub.endpoint().toString());
        }
    }

    @Test
    void whileTheFormIsFilledInNobodyAsksTheHub() throws Exception {
        hub.forgetRequests();
        HttpRequest request = HttpRequest.newBuilder(URI.create(application.address("/submit/estimate?other-model=hf://world/unknown&method=rtn&suite=reference"))).build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).contains("The size is known once the model is on this server.").doesNotContain("Would be refused");
        assertThat(hub.requests()).isEmpty();
    }
}
