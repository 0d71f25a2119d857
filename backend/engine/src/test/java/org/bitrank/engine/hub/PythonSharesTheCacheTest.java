package org.bitrank.engine.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bitrank.engine.Progress;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The hub's own Python package takes our stub for a hub and our cache for its own, and the other way round. Runs where the
 * environment variable {@code BITRANK_PEERS} names a Python that has huggingface_hub.
 */
class PythonSharesTheCacheTest {
    private static final String FETCH = """
            import sys
            from huggingface_hub import snapshot_download
            patterns = ["*.json", "*.safetensors"]
            print(snapshot_download("owner/model", allow_patterns=patterns, local_files_only=sys.argv[1] == "local"))
            """;

    @TempDir
    Path cache;

    @Test
    void whatOneFetchedIsThereForTheOther() throws Exception {
        String python = System.getenv("BITRANK_PEERS");
        Assumptions.assumeTrue(python != null, "skipped: BITRANK_PEERS names no Python with huggingface_hub");
        byte[] weights = new byte[100_000];
        new Random(3).nextBytes(weights);
        try (var stub = new StubHub()) {
            Map<String, byte[]> files = Map.of("config.json", "{}".getBytes(StandardCharsets.UTF_8), "model.safetensors", weights);
            String first = stub.commit("owner/model", "main", files);
            var settings = new HubSettings(stub.endpoint(), cache, Optional.empty(), false, 2, Duration.ofMillis(10), Duration.ofSeconds(5));
            var models = new HubModels(new Hub(settings));
            HubAddress address = HubAddress.model("hf://owner/model");
            Path ours = models.fetch(address, Progress.SILENT);
            stub.forgetRequests();
            assertThat(run(python, stub, "local")).isEqualTo(ours.toRealPath().toString());
            assertThat(stub.requests()).isEmpty();

            byte[] changed = weights.clone();
            changed[0]++;
            String second = stub.commit("owner/model", "main", Map.of("config.json", "{}".getBytes(StandardCharsets.UTF_8), "model.safetensors", changed));
            Path theirs = Path.of(run(python, stub, "remote"));
            assertThat(theirs).hasFileName(second).isNotEqualTo(ours);
            assertThat(theirs.resolve("model.safetensors")).hasBinaryContent(changed);
            stub.forgetRequests();
            assertThat(models.fetch(address, Progress.SILENT).toRealPath()).isEqualTo(theirs.toRealPath());
            assertThat(stub.downloads()).isEmpty();
            assertThat(models.fetch(address.at(first), Progress.SILENT).resolve("model.safetensors")).hasBinaryContent(weights);
        }
    }

    private String run(String python, StubHub stub, String mode) throws Exception {
        var builder = new ProcessBuilder(python, "-c", FETCH, mode).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(Map.of(
                "HF_ENDPOINT", stub.endpoint().toString(), "HF_HUB_CACHE", cache.toString(), "HF_HUB_OFFLINE", "0", "HF_HUB_DISABLE_XET", "1"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return Arrays.stream(said.split("\n")).reduce("", (before, line) -> line).strip();
    }
}
