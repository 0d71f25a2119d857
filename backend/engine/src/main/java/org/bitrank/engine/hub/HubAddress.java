package org.bitrank.engine.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitrank.kernels.BitRankException;

/**
 * A repository of the hub at a revision.
 *
 * @param id {@code owner/name}; old data sets have a bare name
 * @param revision branch, tag or commit
 * @param file the one file of it that is meant, or null
 */
public record HubAddress(Kind kind, String id, String revision, String file) {
    private static final String SCHEME = "hf://";
    private static final String MAIN = "main";
    private static final String NAME = "[A-Za-z0-9][\\w.-]*";
    private static final Pattern MODEL =
            Pattern.compile(SCHEME + "(" + NAME + "/" + NAME + ")(?:/([\\w.+-]+(?:/[\\w.+-]+)*\\.gguf))?(?:@([^@\\s]+))?");
    private static final Pattern DATASET = Pattern.compile(NAME + "(?:/" + NAME + ")?");
    private static final Pattern REVISION = Pattern.compile("[\\w+-][\\w.+-]*(?:/[\\w+-][\\w.+-]*)*");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** What a repository holds. */
    public enum Kind {
        MODEL("model", ""),
        DATASET("data set", "datasets/");

        private final String label;
        private final String prefix;

        Kind(String label, String prefix) {
            this.label = label;
            this.prefix = prefix;
        }

        /** In words for people. */
        String label() {
            return label;
        }

        /** What stands before the id in the address of a page or a file. */
        String prefix() {
            return prefix;
        }

        /** {@code models} or {@code datasets}: in the interface's addresses, and in the cache's folders. */
        String plural() {
            return this == MODEL ? "models" : "datasets";
        }
    }

    /** Whether a text is meant as an address of the hub. */
    public static boolean isOne(String text) {
        return text.startsWith(SCHEME);
    }

    /** Reads {@code hf://owner/name[/file.gguf][@revision]}. */
    public static HubAddress model(String text) {
        Matcher parts = MODEL.matcher(text);
        String revision = parts.matches() && parts.group(3) != null ? parts.group(3) : MAIN;
        if (!parts.matches() || !REVISION.matcher(revision).matches() || text.contains("..")) {
            throw BitRankException.badInput("'%s' is no hub address; write hf://owner/name, hf://owner/name@revision or hf://owner/name/file.gguf"
                    .formatted(text));
        }
        return new HubAddress(Kind.MODEL, parts.group(1), revision, parts.group(2));
    }

    /** A data set under the name that task files give it; empty where that can be no name on the hub. */
    public static Optional<HubAddress> dataset(String id, String revision) {
        if (!DATASET.matcher(id).matches() || id.contains("..")) {
            return Optional.empty();
        }
        String wanted = revision == null ? MAIN : revision;
        if (!REVISION.matcher(wanted).matches()) {
            throw BitRankException.badInput("'%s' is no revision of %s; write a branch, a tag or a commit".formatted(revision, id));
        }
        return Optional.of(new HubAddress(Kind.DATASET, id, wanted, null));
    }

    public HubAddress at(String otherRevision) {
        return new HubAddress(kind, id, otherRevision, file);
    }

    /** Whether the revision is a commit, which never means anything else later. */
    public boolean pinned() {
        return COMMIT.matcher(revision).matches();
    }

    /** {@code hf://owner/name@revision}, as {@link #model} reads it. */
    public String text() {
        return SCHEME + kind.prefix() + id + (file == null ? "" : "/" + file) + (revision.equals(MAIN) ? "" : "@" + revision);
    }

    /** The repository's folder in the cache. */
    String folder() {
        return kind.plural() + "--" + id.replace("/", "--");
    }

    /** {@code model owner/name}. */
    String label() {
        return kind.label() + " " + id;
    }

    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }
}
