package org.bitrank.engine.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A hub on this machine that behaves like the real one: revisions and trees in pages, small files behind a relative redirect,
 * large ones behind a redirect to another host, ranges, error codes in headers; and faults on request.
 */
public final class StubHub implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int PAGE = 3;
    private static final Pattern API = Pattern.compile("/api/(models|datasets)/(.+?)/(revision|tree)/([^/]+)");
    private static final Pattern FILE = Pattern.compile("/(datasets/)?(.+?)/resolve/([^/]+)/(.+)");

    /** What may go wrong once, with the next request of a file's bytes or of the interface. */
    public sealed interface Fault {
        record Status(int code, String header, String value) implements Fault {}

        /** The connection ends after so many bytes of the body. */
        record Break(int bytes) implements Fault {}

        record WrongBytes() implements Fault {}

        /** The whole file, whatever was asked for. */
        record NoRange() implements Fault {}

        /** Nothing more comes after so many bytes, and nothing ends. */
        record Stall(int bytes) implements Fault {}
    }

    public record Request(String host, String path, String range, String authorization) {}

    private static final class Repository {
        private final Map<String, String> branches = new ConcurrentHashMap<>();
        private final Map<String, Map<String, byte[]>> commits = new ConcurrentHashMap<>();
        private volatile boolean gated;
        private volatile boolean closed;
    }

    private final HttpServer hub;
    private final HttpServer store;
    private final Map<String, Repository> repositories = new ConcurrentHashMap<>();
    private final Queue<Fault> fileFaults = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> apiFaults = new ConcurrentLinkedQueue<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile int largeFrom = 1000;
    private volatile String token = "good-token";

    public StubHub() throws IOException {
        hub = start(this::answer);
        store = start(this::answerFromStore);
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private static HttpServer start(Handler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                handler.handle(exchange);
            }
        });
        server.start();
        return server;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    /** Puts files on a branch; returns the new commit. @param id {@code owner/name}, for data sets {@code datasets/owner/name} */
    public String commit(String id, String branch, Map<String, byte[]> files) {
        var all = new StringBuilder(id);
        new TreeMap<>(files).forEach((path, content) -> all.append(path).append(sha256(content)));
        String commit = hex("SHA-1", all.toString().getBytes(StandardCharsets.UTF_8));
        Repository repository = repositories.computeIfAbsent(id, name -> new Repository());
        repository.commits.put(commit, new TreeMap<>(files));
        repository.branches.put(branch, commit);
        return commit;
    }

    public void gate(String id) {
        repositories.get(id).gated = true;
    }

    /** Nobody but the holder of the good token sees it. */
    public void close(String id) {
        repositories.get(id).closed = true;
    }

    public void failFile(Fault fault) {
        fileFaults.add(fault);
    }

    public void failApi(Fault fault) {
        apiFaults.add(fault);
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public void forgetRequests() {
        requests.clear();
    }

    /** Requests that brought bytes of files. */
    public List<Request> downloads() {
        return requests.stream().filter(request -> request.path.startsWith("/stored/") || request.path.startsWith("/api/resolve-cache/")).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        record(exchange, "hub");
        if (path.startsWith("/api/resolve-cache/")) {
            String[] parts = path.substring("/api/resolve-cache/".length()).split("/", 3);
            byte[] content = content(decoded(parts[0]), parts[1], decoded(parts[2]));
            exchange.getResponseHeaders().set("X-Repo-Commit", parts[1]);
            exchange.getResponseHeaders().set("ETag", '"' + gitHash(content) + '"');
            send(exchange, content, exchange.getRequestMethod().equals("HEAD") ? null : fileFaults.poll());
            return;
        }
        Matcher api = API.matcher(path);
        if (api.matches()) {
            String id = (api.group(1).equals("datasets") ? "datasets/" : "") + decoded(api.group(2));
            if (apiFaults.poll() instanceof Fault.Status status) {
                fail(exchange, status.code, status.header, status.value);
            } else if (admitted(exchange, id)) {
                interfaceAnswer(exchange, repositories.get(id), api.group(3), decoded(api.group(4)));
            }
            return;
        }
        Matcher file = FILE.matcher(path);
        if (file.matches()) {
            String id = (file.group(1) == null ? "" : "datasets/") + decoded(file.group(2));
            if (admitted(exchange, id)) {
                sendOn(exchange, id, file.group(3), decoded(file.group(4)));
            }
            return;
        }
        fail(exchange, 404, null, null);
    }

    /** As the hub: without a token everything that is not open looks as if it were not there. */
    private boolean admitted(HttpExchange exchange, String id) throws IOException {
        String sent = exchange.getRequestHeaders().getFirst("Authorization");
        if (sent != null && !sent.equals("Bearer " + token) && !sent.equals("Bearer stranger")) {
            fail(exchange, 401, "X-Error-Message", "Invalid credentials in Authorization header");
            return false;
        }
        boolean known = ("Bearer " + token).equals(sent);
        Repository repository = repositories.get(id);
        if (repository == null || repository.closed && !known) {
            fail(exchange, sent == null ? 401 : 404, "X-Error-Code", "RepoNotFound");
            return false;
        }
        boolean bytes = exchange.getRequestURI().getPath().contains("/resolve/");
        if (repository.gated && !known && bytes) {
            fail(exchange, sent == null ? 401 : 403, "X-Error-Code", "GatedRepo");
            return false;
        }
        return true;
    }

    private void interfaceAnswer(HttpExchange exchange, Repository repository, String what, String revision) throws IOException {
        String commit = repository.branches.getOrDefault(revision, revision);
        Map<String, byte[]> files = repository.commits.get(commit);
        if (files == null) {
            fail(exchange, 404, "X-Error-Code", "RevisionNotFound");
            return;
        }
        if (what.equals("revision")) {
            text(exchange, JSON.writeValueAsString(JSON.createObjectNode().put("id", "any").put("sha", commit)));
            return;
        }
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        int from = query.contains("cursor=") ? Integer.parseInt(query.substring(query.indexOf("cursor=") + 7)) : 0;
        List<String> paths = new ArrayList<>(files.keySet());
        ArrayNode page = JSON.createArrayNode();
        page.addObject().put("type", "directory").put("path", "folder").put("oid", "0".repeat(40)).put("size", 0);
        for (String path : paths.subList(from, Math.min(from + PAGE, paths.size()))) {
            byte[] content = files.get(path);
            ObjectNode entry = page.addObject().put("type", "file").put("path", path).put("oid", gitHash(content)).put("size", content.length);
            if (content.length >= largeFrom) {
                entry.putObject("lfs").put("oid", sha256(content)).put("size", content.length).put("pointerSize", 130);
            }
        }
        if (from + PAGE < paths.size()) {
            exchange.getResponseHeaders().set("Link", "<" + endpoint() + exchange.getRequestURI().getRawPath() + "?recursive=true&cursor=" + (from + PAGE) + ">; rel=\"next\"");
        }
        text(exchange, JSON.writeValueAsString(page));
    }

    private void sendOn(HttpExchange exchange, String id, String commit, String path) throws IOException {
        Repository repository = repositories.get(id);
        String resolved = repository.branches.getOrDefault(decoded(commit), decoded(commit));
        byte[] content = content(id, resolved, path);
        if (content == null) {
            fail(exchange, 404, "X-Error-Code", "EntryNotFound");
            return;
        }
        boolean large = content.length >= largeFrom;
        var headers = exchange.getResponseHeaders();
        headers.set("X-Repo-Commit", resolved);
        headers.set("ETag", '"' + (large ? sha256(content) : gitHash(content)) + '"');
        headers.set("X-Linked-Size", Integer.toString(content.length));
        headers.set("X-Linked-Etag", '"' + (large ? sha256(content) : gitHash(content)) + '"');
        String place = Addresses.encoded(id) + "/" + resolved + "/" + Addresses.encodedPath(path);
        headers.set("Location", large
                ? "http://localhost:" + store.getAddress().getPort() + "/stored/" + place + "?X-Amz-Signature=abc"
                : "/api/resolve-cache/" + place);
        exchange.sendResponseHeaders(large ? 302 : 307, -1);
    }

    private void answerFromStore(HttpExchange exchange) throws IOException {
        record(exchange, "store");
        String[] parts = exchange.getRequestURI().getRawPath().substring("/stored/".length()).split("/", 3);
        send(exchange, content(decoded(parts[0]), parts[1], decoded(parts[2])), fileFaults.poll());
    }

    private byte[] content(String id, String commit, String path) {
        return repositories.get(id).commits.getOrDefault(commit, Map.of()).get(path);
    }

    private static void send(HttpExchange exchange, byte[] content, Fault fault) throws IOException {
        if (fault instanceof Fault.Status status) {
            fail(exchange, status.code, status.header, status.value);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null || fault instanceof Fault.NoRange ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-.*", "$1"));
        if (from > 0 && from >= content.length) {
            fail(exchange, 416, null, null);
            return;
        }
        boolean ranged = range != null && !(fault instanceof Fault.NoRange);
        if (ranged) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        int length = content.length - from;
        exchange.sendResponseHeaders(ranged ? 206 : 200, length == 0 ? -1 : length);
        if (exchange.getRequestMethod().equals("HEAD") || length == 0) {
            return;
        }
        byte[] sent = content.clone();
        if (fault instanceof Fault.WrongBytes) {
            sent[sent.length - 1] ^= 1;
        }
        OutputStream body = exchange.getResponseBody();
        int most = switch (fault) {
            case Fault.Break broken -> broken.bytes;
            case Fault.Stall stalled -> stalled.bytes;
            case null, default -> length;
        };
        body.write(sent, from, Math.min(most, length));
        body.flush();
        if (fault instanceof Fault.Stall) {
            try {
                Thread.sleep(20_000);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void text(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void fail(HttpExchange exchange, int status, String header, String value) throws IOException {
        if (header != null) {
            exchange.getResponseHeaders().set(header, value);
        }
        exchange.sendResponseHeaders(status, -1);
    }

    private void record(HttpExchange exchange, String host) {
        requests.add(new Request(host, exchange.getRequestURI().getPath(), exchange.getRequestHeaders().getFirst("Range"), exchange.getRequestHeaders().getFirst("Authorization")));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static String sha256(byte[] content) {
        return hex("SHA-256", content);
    }

    private static String gitHash(byte[] content) {
        byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + content.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        return hex("SHA-1", all);
    }

    private static String hex(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        hub.stop(0);
        store.stop(0);
    }
}
