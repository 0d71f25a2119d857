package org.bitrank.engine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bitrank.engine.Progress;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubTest {
    private static final String ID = "owner/model";
    private static final byte[] CONFIG = "{\"model_type\": \"llama\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] WEIGHTS = new byte[300_000];

    /** A busy machine may keep the stub silent for some seconds, which must not count as broken where requests are counted. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    static {
        new Random(1).nextBytes(WEIGHTS);
    }

    @TempDir
    Path cache;

    private StubHub stub;
    private String commit;

    @BeforeEach
    void startHub() throws IOException {
        stub = new StubHub();
        commit = stub.commit(ID, "main", Map.of(
                "config.json", CONFIG,
                "model.safetensors", WEIGHTS,
                "tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8),
                "pytorch_model.bin", new byte[5000],
                "onnx/model.safetensors", new byte[5000],
                "README.md", "text".getBytes(StandardCharsets.UTF_8),
                "a b/c#d.json", "[]".getBytes(StandardCharsets.UTF_8)));
    }

    @AfterEach
    void stopHub() {
        stub.close();
    }

    private HubSettings settings(String token, boolean offline) {
        return settings(token, offline, PATIENCE);
    }

    private HubSettings settings(String token, boolean offline, Duration silence) {
        return new HubSettings(stub.endpoint(), cache, Optional.ofNullable(token), offline, 4, Duration.ofMillis(10), silence);
    }

    private HubModels models() {
        return new HubModels(new Hub(settings(null, false)));
    }

    private static HubAddress address(String revision) {
        return HubAddress.model("hf://" + ID + "@" + revision);
    }

    private Path fetch() {
        return models().fetch(address("main"), Progress.SILENT);
    }

    private static void refused(ThrowingCallable work, FailureClass failureClass, String... words) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(failureClass))
                .satisfies(failure -> assertThat(failure.getMessage()).contains(words).doesNotContain("\n"));
    }

    @Test
    void aModelComesIntoTheCacheAsTheHubsOwnToolsLayItOut() throws IOException {
        Path folder = fetch();
        Path repository = cache.resolve("models--owner--model");
        assertThat(folder).isEqualTo(repository.resolve("snapshots").resolve(commit));
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(Files.readSymbolicLink(folder.resolve("model.safetensors"))).isEqualTo(Path.of("../../blobs", StubHub.sha256(WEIGHTS)));
        assertThat(Files.readSymbolicLink(folder.resolve("config.json")).getFileName().toString()).hasSize(40);
        assertThat(repository.resolve("refs/main")).hasContent(commit);
        assertThat(repository.resolve("trees/" + commit + ".json")).isRegularFile();
        try (var blobs = Files.list(repository.resolve("blobs"))) {
            assertThat(blobs).hasSize(3).noneMatch(file -> file.toString().endsWith(".incomplete"));
        }
        assertThat(HubOrigin.of(folder.resolve("model.safetensors"))).contains(new HubOrigin(ID, commit));
    }

    @Test
    void neitherPicklesNorSubfoldersNorReadmeAreFetched() throws IOException {
        try (var files = Files.list(fetch())) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("config.json", "model.safetensors", "tokenizer.json");
        }
    }

    @Test
    void whatIsHereIsNotFetchedAgain() {
        fetch();
        stub.forgetRequests();
        fetch();
        assertThat(stub.requests()).extracting(StubHub.Request::path).containsExactly("/api/models/owner/model/revision/main");
        stub.forgetRequests();
        models().fetch(address(commit), Progress.SILENT);
        assertThat(stub.requests()).isEmpty();
    }

    @Test
    void aNewCommitFetchesOnlyWhatChanged() {
        fetch();
        String second = stub.commit(ID, "main", Map.of("config.json", "{\"new\": 1}".getBytes(StandardCharsets.UTF_8), "model.safetensors", WEIGHTS));
        stub.forgetRequests();
        Path folder = fetch();
        assertThat(folder.getFileName()).hasToString(second);
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(stub.downloads()).hasSize(1);
        assertThat(cache.resolve("models--owner--model/refs/main")).hasContent(second);
        assertThat(models().fetch(address(commit), Progress.SILENT).resolve("config.json")).hasBinaryContent(CONFIG);
    }

    @Test
    void theTokenIsToldToTheHubOnly() {
        stub.close(ID);
        new HubModels(new Hub(settings("good-token", false))).fetch(address("main"), Progress.SILENT);
        assertThat(stub.requests()).filteredOn(request -> request.host().equals("hub")).allMatch(request -> "Bearer good-token".equals(request.authorization()));
        assertThat(stub.requests()).filteredOn(request -> request.host().equals("store")).isNotEmpty().allMatch(request -> request.authorization() == null);
    }

    @Test
    void aBrokenConnectionGoesOnWhereItBroke() {
        stub.failFile(nothing());
        stub.failFile(new StubHub.Fault.Break(100_000));
        stub.failFile(new StubHub.Fault.Break(50_000));
        assertThat(fetch().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        List<String> ranges = stub.requests().stream().filter(request -> request.host().equals("store")).map(StubHub.Request::range).toList();
        assertThat(ranges).hasSize(3);
        assertThat(ranges.get(0)).isNull();
        assertThat(start(ranges.get(1))).isBetween(1L, 100_000L);
        assertThat(start(ranges.get(2))).isBetween(start(ranges.get(1)) + 1, 150_000L);
    }

    /** For config.json, which is fetched before the weights. */
    private static StubHub.Fault nothing() {
        return new StubHub.Fault.NoRange();
    }

    private static long start(String range) {
        return Long.parseLong(range.replaceAll("\\D", ""));
    }

    @Test
    void aDownloadThatWasStoppedGoesOnInTheNextProcess() {
        Path partial = cache.resolve("models--owner--model/blobs/" + StubHub.sha256(WEIGHTS) + ".bitrank.incomplete");
        var stopping = new Progress() {
            @Override
            public void report(String step, long done, long total) {}

            @Override
            public boolean cancelled() {
                return partial.toFile().length() > 0;
            }
        };
        stub.failFile(nothing());
        stub.failFile(new StubHub.Fault.Stall(120_000));
        refused(() -> models().fetch(address("main"), stopping), FailureClass.CANCELLED, "cancelled");
        assertThat(partial).isNotEmptyFile();
        stub.forgetRequests();
        assertThat(fetch().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        assertThat(partial).doesNotExist();
        assertThat(stub.requests()).filteredOn(request -> request.host().equals("store")).allMatch(request -> request.range() != null);
    }

    @Test
    void aSilentConnectionCountsAsBroken() {
        stub.failFile(nothing());
        stub.failFile(new StubHub.Fault.Stall(1000));
        var impatient = new HubModels(new Hub(settings(null, false, Duration.ofSeconds(2))));
        assertThat(impatient.fetch(address("main"), Progress.SILENT).resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    }

    @Test
    void aServerWithoutRangesSendsTheFileAnew() {
        stub.failFile(nothing());
        stub.failFile(new StubHub.Fault.Break(100_000));
        stub.failFile(new StubHub.Fault.NoRange());
        assertThat(fetch().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    }

    @Test
    void wrongBytesAreFetchedAgainOnceAndThenRefused() {
        stub.failFile(nothing());
        stub.failFile(new StubHub.Fault.WrongBytes());
        assertThat(fetch().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
        stub.commit(ID, "main", Map.of("model.safetensors", new byte[2000]));
        stub.failFile(new StubHub.Fault.WrongBytes());
        stub.failFile(new StubHub.Fault.WrongBytes());
        refused(this::fetch, FailureClass.INFRASTRUCTURE, "model.safetensors", "other bytes than the hub lists");
        assertThat(fetch().resolve("model.safetensors")).hasBinaryContent(new byte[2000]);
    }

    @Test
    void whatAnEarlierProcessLeftIsCheckedToo() throws IOException {
        Path partial = cache.resolve("models--owner--model/blobs/" + StubHub.sha256(WEIGHTS) + ".bitrank.incomplete");
        Files.createDirectories(partial.getParent());
        Files.write(partial, new byte[1234]);
        assertThat(fetch().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void failuresThatPassAreTriedAgain(int status) {
        stub.failApi(new StubHub.Fault.Status(status, null, null));
        stub.failFile(new StubHub.Fault.Status(status, null, null));
        assertThat(fetch().resolve("config.json")).hasBinaryContent(CONFIG);
    }

    @Test
    void theHubSaysHowLongToWait() {
        stub.failApi(new StubHub.Fault.Status(429, "Retry-After", "1"));
        long start = System.nanoTime();
        fetch();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
        stub.failApi(new StubHub.Fault.Status(429, "Retry-After", "3600"));
        stub.commit("owner/other", "main", Map.of("model.safetensors", WEIGHTS));
        refused(() -> models().fetch(HubAddress.model("hf://owner/other"), Progress.SILENT), FailureClass.INFRASTRUCTURE, "429", "asks to wait 61 minutes");
    }

    @Test
    void aHubThatKeepsFailingIsGivenUpAndTheRestGoesOnLater() {
        stub.failFile(nothing());
        for (int i = 0; i < 4; i++) {
            stub.failFile(new StubHub.Fault.Status(503, null, null));
        }
        refused(this::fetch, FailureClass.INFRASTRUCTURE, "fails (503)", "run it again");
        assertThat(fetch().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    }

    @Test
    void refusalsSayWhoMustDoWhat() {
        refused(() -> models().fetch(HubAddress.model("hf://owner/nothing"), Progress.SILENT), FailureClass.BAD_INPUT,
                "there is no model owner/nothing", "check the name", "set HF_TOKEN if it is private");
        refused(() -> new HubModels(new Hub(settings("bad", false))).fetch(address("main"), Progress.SILENT), FailureClass.DATA_MISSING,
                "does not accept the token in HF_TOKEN", "/settings/tokens");
        refused(() -> models().fetch(address("v9"), Progress.SILENT), FailureClass.BAD_INPUT, "no revision 'v9'");
        stub.gate(ID);
        refused(this::fetch, FailureClass.DATA_MISSING, "is gated", "accept its terms at " + stub.endpoint() + "/" + ID, "set HF_TOKEN");
        refused(() -> new HubModels(new Hub(settings("stranger", false))).fetch(address("main"), Progress.SILENT), FailureClass.DATA_MISSING,
                "is gated", "the account of the token in HF_TOKEN has not been let in");
        stub.commit("owner/pickled", "main", Map.of("config.json", CONFIG, "pytorch_model.bin", WEIGHTS));
        refused(() -> models().fetch(HubAddress.model("hf://owner/pickled"), Progress.SILENT), FailureClass.BAD_INPUT, "pickle only (pytorch_model.bin)");
    }

    @Test
    void aDiskThatIsTooSmallIsSaidBeforeTheDownload() {
        var hub = new HubModels(new Hub(settings(null, false), folder -> 200_000));
        refused(() -> hub.fetch(address("main"), Progress.SILENT), FailureClass.INFRASTRUCTURE, "needs 0.000 GB", "HF_HUB_CACHE");
        refused(() -> hub.look(address("main"), true, Progress.SILENT), FailureClass.INFRASTRUCTURE, "needs 0.000 GB");
        assertThat(stub.downloads()).isEmpty();
    }

    @Test
    void offlineOnlyTheCacheCounts() {
        var offline = new HubModels(new Hub(settings(null, true)));
        refused(() -> offline.fetch(address("main"), Progress.SILENT), FailureClass.DATA_MISSING, "not in the hub cache", "HF_HUB_OFFLINE");
        assertThat(offline.cached(address("main"))).isEmpty();
        Path folder = fetch();
        stub.forgetRequests();
        assertThat(offline.fetch(address("main"), Progress.SILENT)).isEqualTo(folder);
        assertThat(offline.cached(address("main"))).contains(folder);
        assertThat(stub.requests()).isEmpty();
    }

    @Test
    void withoutANetworkTheCacheHelps() {
        refused(() -> new HubModels(new Hub(closed())).fetch(address("main"), Progress.SILENT), FailureClass.DATA_MISSING,
                "not in the hub cache", "cannot be reached", "HF_ENDPOINT");
        Path folder = fetch();
        assertThat(new HubModels(new Hub(closed())).fetch(address("main"), Progress.SILENT)).isEqualTo(folder);
    }

    /** A port where nobody listens. */
    private HubSettings closed() {
        HubSettings settings = settings(null, false);
        return new HubSettings(java.net.URI.create("http://127.0.0.1:1"), settings.cache(), settings.token(), false, 2, settings.pause(), settings.silence());
    }

    @Test
    void severalWhoWantTheSameFetchItOnce() throws Exception {
        stub.failFile(new StubHub.Fault.NoRange());
        var work = new ArrayList<Callable<Path>>();
        for (int i = 0; i < 6; i++) {
            work.add(this::fetch);
        }
        try (var threads = Executors.newFixedThreadPool(6)) {
            for (var folder : threads.invokeAll(work)) {
                assertThat(folder.get().resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
            }
        }
        assertThat(stub.downloads()).hasSize(3);
    }

    @Test
    void progressIsToldInMegabytesOfAllFiles() {
        var lines = new ArrayList<String>();
        models().fetch(address("main"), (step, done, total) -> lines.add(step + " " + done + "/" + total));
        assertThat(lines).startsWith("ask the hub for owner/model 0/0", "download owner/model (MB) 0/1");
    }

    @Test
    void oneGgufFileIsTheModelAndOfSeveralOneMustBeNamed() {
        stub.commit("owner/gguf", "main", Map.of("model.Q4_0.gguf", WEIGHTS, "README.md", CONFIG));
        assertThat(models().fetch(HubAddress.model("hf://owner/gguf"), Progress.SILENT)).hasBinaryContent(WEIGHTS).hasFileName("model.Q4_0.gguf");
        stub.commit("owner/gguf", "main", Map.of("a.Q4_0.gguf", WEIGHTS, "b.Q8_0.gguf", CONFIG));
        refused(() -> models().fetch(HubAddress.model("hf://owner/gguf"), Progress.SILENT), FailureClass.BAD_INPUT, "2 GGUF files", "hf://owner/gguf/a.Q4_0.gguf");
        assertThat(models().fetch(HubAddress.model("hf://owner/gguf/b.Q8_0.gguf@main"), Progress.SILENT)).hasBinaryContent(CONFIG);
    }

    @Test
    void aLookFetchesNoWeights() {
        HubModels.Look look = models().look(address("main"), true, Progress.SILENT);
        assertThat(look.address()).isEqualTo(address(commit));
        assertThat(look.config()).hasBinaryContent(CONFIG);
        assertThat(look.bytes()).isEqualTo(WEIGHTS.length + CONFIG.length + 2);
        assertThat(stub.downloads()).hasSize(1);
    }

    @Test
    void aListThatWouldWriteElsewhereIsRefused() {
        stub.commit("owner/evil", "main", Map.of("../../outside.json", CONFIG, "model.safetensors", WEIGHTS));
        refused(() -> models().fetch(HubAddress.model("hf://owner/evil"), Progress.SILENT), FailureClass.INFRASTRUCTURE, "cannot be kept");
    }
}
