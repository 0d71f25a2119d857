package org.bitrank.engine.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bitrank.engine.EngineVersion;
import org.bitrank.engine.Progress;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/** Requests to the hub: redirects followed, the token told to nobody but the hub, failures that pass tried again. */
final class HubTransport {
    private static final int MOST_REDIRECTS = 10;
    private static final long LOOK_MILLIS = 200;
    /** One for all: it keeps connections open and has threads of its own. */
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .proxy(new ProxyFromEnvironment(System::getenv))
            .build();

    private final HubSettings settings;

    HubTransport(HubSettings settings) {
        this.settings = settings;
    }

    /** Pauses and counts as the settings say. */
    Retries retries() {
        return new Retries(settings.attempts(), settings.pause());
    }

    /** What a text of the interface says, and where its next page is. */
    record Text(byte[] bytes, URI next) {}

    /** A text of the interface. Throws {@link HubUnreachable} when no try gets one. */
    Text text(URI uri, HubAddress about, Retries retries, Progress progress) {
        for (boolean refused = false; ; ) {
            try (Reply reply = send(uri, 0, progress)) {
                if (reply.status() == 200) {
                    return new Text(reply.bytes(settings.silence(), progress), next(reply));
                }
                again(reply, about, null, retries, progress);
            } catch (IOException broken) {
                // Where nobody answers at all, a second look is enough: most often there is no network.
                if (refused) {
                    throw new HubUnreachable(unreachable(broken), broken);
                }
                refused = broken instanceof ConnectException || broken instanceof HttpConnectTimeoutException;
                retries.failed(unreachable(broken), null, broken, progress);
            }
        }
    }

    /** Waits where a later try may do better; else throws what the hub's answer means. */
    void again(Reply reply, HubAddress about, String file, Retries retries, Progress progress) {
        reply.close();
        if (!reply.isTransient()) {
            throw Refusal.of(reply, about, file, settings);
        }
        String reason = reply.status() == 429
                ? "the hub " + settings.endpoint() + " allows no more requests for now (429)"
                : "the hub " + settings.endpoint() + " fails (" + reply.status() + ")";
        retries.failed(reason, reply.wait(Instant.now()), null, progress);
    }

    String unreachable(IOException broken) {
        String reason = broken.getMessage() == null ? broken.getClass().getSimpleName() : broken.getMessage();
        return broken instanceof ConnectException || broken instanceof HttpConnectTimeoutException
                ? "the hub " + settings.endpoint() + " cannot be reached (" + reason + ")"
                : "the connection to the hub " + settings.endpoint() + " breaks (" + reason + ")";
    }

    /** One try. @param from first byte wanted */
    Reply send(URI uri, long from, Progress progress) throws IOException {
        URI at = uri;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            Reply reply = sendOnce(at, from, progress);
            if (!reply.isRedirect()) {
                return reply;
            }
            reply.close();
            URI to = at.resolve(reply.headers().firstValue("location").orElseThrow());
            if ("https".equalsIgnoreCase(at.getScheme()) && !"https".equalsIgnoreCase(to.getScheme())) {
                throw new BitRankException(FailureClass.INFRASTRUCTURE, at.getHost() + " sends on to " + to.getScheme() + "://" + to.getHost()
                        + ", which is not protected, and is not followed; check HF_ENDPOINT and the proxy");
            }
            at = to;
        }
        throw new BitRankException(FailureClass.INFRASTRUCTURE, uri + " is sent on more than " + MOST_REDIRECTS + " times; check HF_ENDPOINT");
    }

    private Reply sendOnce(URI uri, long from, Progress progress) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("User-Agent", "bitrank/" + EngineVersion.text())
                .header("Accept-Encoding", "identity");
        if (isHub(uri)) {
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
                answer(CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofPublisher()), settings.silence(), progress);
        var body = new Body();
        response.body().subscribe(body);
        return new Reply(uri, response.statusCode(), response.headers(), body);
    }

    /** Same scheme, host and port: a signed address elsewhere needs no token, and must not see ours. */
    private boolean isHub(URI uri) {
        URI hub = settings.endpoint();
        return hub.getScheme().equalsIgnoreCase(uri.getScheme()) && hub.getHost().equalsIgnoreCase(uri.getHost()) && port(hub) == port(uri);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    /** A request's own time limit would, in newer JDKs, be one for the whole body. */
    private static <T> T answer(CompletableFuture<T> future, Duration silence, Progress progress) throws IOException {
        long deadline = System.nanoTime() + silence.toNanos();
        try {
            while (true) {
                try {
                    return future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException notYet) {
                    progress.checkCancelled();
                    if (System.nanoTime() > deadline) {
                        throw new HttpTimeoutException("no answer for " + silence.toSeconds() + " s");
                    }
                }
            }
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException broken ? broken : new IOException(failed.getCause().getMessage(), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BitRankException(FailureClass.CANCELLED, "cancelled", interrupted);
        } finally {
            future.cancel(true);
        }
    }

    /** {@code Link: <https://…>; rel="next"}. */
    private static URI next(Reply reply) {
        for (String link : reply.headers().allValues("link")) {
            for (String one : link.split(",")) {
                int end = one.indexOf('>');
                if (one.strip().startsWith("<") && end > 0 && one.substring(end).replace("\"", "").contains("rel=next")) {
                    return reply.uri().resolve(one.substring(one.indexOf('<') + 1, end));
                }
            }
        }
        return null;
    }
}
