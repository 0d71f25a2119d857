package org.bitrank.web.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.bitrank.engine.Sha256;
import org.bitrank.service.artifact.Artifact;
import org.bitrank.service.artifact.Artifacts;
import org.bitrank.web.Application;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** As a download manager asks: for parts, for what it has already, for what changed meanwhile. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArtifactDownloadTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private Application application;
    private Artifact artifact;
    private byte[] content;

    @BeforeAll
    void store(@TempDir Path folder) throws IOException {
        application = new Application(false, false);
        var weights = new byte[200_000];
        new Random(2).nextBytes(weights);
        Files.write(folder.resolve("model.safetensors"), weights);
        Files.writeString(folder.resolve("config.json"), "{}");
        artifact = application.bean(Artifacts.class).store(folder, "micro");
        content = Files.readAllBytes(artifact.path());
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private HttpResponse<byte[]> send(String method, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(application.address("/api/v1/artifacts/" + artifact.sha256())))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    private String tag() {
        return '"' + artifact.sha256() + '"';
    }

    @Test
    void theWholeIsNamedByItsOwnChecksum() throws Exception {
        HttpResponse<byte[]> response = send("GET");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Sha256.of(response.body())).isEqualTo(artifact.sha256());
        assertThat(header(response, "ETag")).isEqualTo(tag());
        assertThat(header(response, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(header(response, "Content-Length")).isEqualTo(Integer.toString(content.length));
        assertThat(header(response, "Content-Disposition")).contains("attachment").contains(".tar");
        assertThat(header(response, "Cache-Control")).contains("immutable");
    }

    @Test
    void headTellsTheSameWithoutTheBytes() throws Exception {
        HttpResponse<byte[]> response = send("HEAD");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(header(response, "Content-Length")).isEqualTo(Integer.toString(content.length));
        assertThat(header(response, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(header(response, "ETag")).isEqualTo(tag());
    }

    @Test
    void partsComeAsAskedFor() throws Exception {
        part("bytes=0-99", 0, 100);
        part("bytes=1000-", 1000, content.length);
        part("bytes=-512", content.length - 512, content.length);
        part("bytes=5-99999999", 5, content.length);
    }

    private void part(String range, int from, int to) throws Exception {
        HttpResponse<byte[]> response = send("GET", "Range", range);
        assertThat(response.statusCode()).as(range).isEqualTo(206);
        assertThat(response.body()).as(range).isEqualTo(Arrays.copyOfRange(content, from, to));
        assertThat(header(response, "Content-Range")).isEqualTo("bytes " + from + "-" + (to - 1) + "/" + content.length);
        assertThat(header(response, "Content-Length")).isEqualTo(Integer.toString(to - from));
        assertThat(header(response, "ETag")).isEqualTo(tag());
    }

    @Test
    void aPartBehindTheEndIsRefusedWithTheLength() throws Exception {
        HttpResponse<byte[]> response = send("GET", "Range", "bytes=" + content.length + "-");
        assertThat(response.statusCode()).isEqualTo(416);
        assertThat(header(response, "Content-Range")).isEqualTo("bytes */" + content.length);
    }

    @Test
    void whoeverHasThisContentGetsTheRestAndWhoeverHasAnotherGetsAll() throws Exception {
        HttpResponse<byte[]> rest = send("GET", "Range", "bytes=100-", "If-Range", tag());
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(content, 100, content.length));
        HttpResponse<byte[]> all = send("GET", "Range", "bytes=100-", "If-Range", "\"another\"");
        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(all.body()).isEqualTo(content);
        assertThat(header(all, "Content-Length")).isEqualTo(Integer.toString(content.length));
        assertThat(send("GET", "Range", "bytes=100-", "If-Range", "Wed, 21 Oct 2015 07:28:00 GMT").statusCode()).isEqualTo(200);
    }

    @Test
    void whoeverHasItAllGetsNothing() throws Exception {
        HttpResponse<byte[]> response = send("GET", "If-None-Match", tag());
        assertThat(response.statusCode()).isEqualTo(304);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(application.address("/api/v1/artifacts/" + "0".repeat(64)))).build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString())).satisfies(response -> {
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("There is no artifact 0000");
        });
    }
}
