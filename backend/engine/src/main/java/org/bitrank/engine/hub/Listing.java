package org.bitrank.engine.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The files of a commit as JSON: as the hub lists them, and as the cache keeps them for the hub's tools and for us. */
final class Listing {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int VERSION = 1;

    private Listing() {}

    /** One page of the hub's answer: files and folders, of which files count. */
    static List<HubFile> ofHub(byte[] page) {
        var files = new ArrayList<HubFile>();
        for (JsonNode entry : parse(page)) {
            if (entry.path("type").asString("").equals("file")) {
                JsonNode large = entry.path("lfs");
                files.add(new HubFile(
                        entry.path("path").asString(""),
                        large.isObject() ? large.path("size").asLong(-1) : entry.path("size").asLong(-1),
                        entry.path("oid").asString(""),
                        large.isObject() ? large.path("oid").asString("") : null));
            }
        }
        return files;
    }

    /** The commit in the hub's answer about a revision. */
    static String commit(byte[] answer) {
        String commit = parse(answer).path("sha").asString("");
        if (!HubAddress.isCommit(commit)) {
            throw unreadable(null);
        }
        return commit;
    }

    private static JsonNode parse(byte[] answer) {
        try {
            return JSON.readTree(answer);
        } catch (JacksonException noJson) {
            throw unreadable(noJson);
        }
    }

    private static BitRankException unreadable(Exception cause) {
        String message = "the hub's answer is not what a hub answers";
        return new BitRankException(FailureClass.INFRASTRUCTURE,
                message + "; check HF_ENDPOINT and whether a proxy or a sign-in page is in between", new HubUnreachable(message, cause));
    }

    static String text(List<HubFile> files) {
        ObjectNode root = JSON.createObjectNode().put("format_version", VERSION);
        ObjectNode entries = root.putObject("files");
        for (HubFile file : files) {
            ObjectNode entry = entries.putObject(file.path()).put("size", file.size()).put("blob_id", file.blobId());
            if (file.sha256() != null) {
                entry.put("lfs_sha256", file.sha256()).put("lfs_size", file.size());
            }
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    /** Empty where the file is absent or of a kind that we do not know: then the hub is asked again. */
    static Optional<List<HubFile>> read(Path file) {
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (root.path("format_version").asInt(0) != VERSION) {
                return Optional.empty();
            }
            var files = new ArrayList<HubFile>();
            for (var entry : root.path("files").properties()) {
                JsonNode facts = entry.getValue();
                files.add(new HubFile(entry.getKey(), facts.path("size").asLong(-1), facts.path("blob_id").asString(""),
                        facts.path("lfs_sha256").isString() ? facts.path("lfs_sha256").asString() : null));
            }
            return Optional.of(files);
        } catch (IOException | JacksonException | BitRankException unknown) {
            return Optional.empty();
        }
    }
}
