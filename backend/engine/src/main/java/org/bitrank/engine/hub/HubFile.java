package org.bitrank.engine.hub;

import java.util.regex.Pattern;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/**
 * A file of a repository at one commit.
 *
 * @param path inside the repository
 * @param blobId git's SHA-1 of the file; of its pointer where it is kept outside git
 * @param sha256 of a large file kept outside git, else null
 */
public record HubFile(String path, long size, String blobId, String sha256) {
    private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** These parts become names on the disk, so what a hub may say is limited. */
    public HubFile {
        boolean strange = path.isEmpty() || path.startsWith("/") || path.indexOf('\\') >= 0 || path.chars().anyMatch(c -> c < ' ');
        for (String part : path.split("/", -1)) {
            strange |= part.isEmpty() || part.equals(".") || part.equals("..");
        }
        if (strange || size < 0 || !SHA1.matcher(blobId).matches() || sha256 != null && !SHA256.matcher(sha256).matches()) {
            throw new BitRankException(FailureClass.INFRASTRUCTURE,
                    "the hub lists a file that cannot be kept: '" + path + "'; check HF_ENDPOINT");
        }
    }

    /** The name of its content in the cache: what the hub sends as ETag. */
    String etag() {
        return sha256 == null ? blobId : sha256;
    }

    boolean inFolder() {
        return path.indexOf('/') >= 0;
    }
}
