package org.bitrank.engine.hub;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Whether bytes are those that the hub lists: SHA-256 of large files, git's own SHA-1 of the others. */
final class ContentDigest {
    private final HubFile file;
    private final MessageDigest digest;

    ContentDigest(HubFile file) {
        this.file = file;
        try {
            digest = MessageDigest.getInstance(file.sha256() == null ? "SHA-1" : "SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has both", impossible);
        }
        reset();
    }

    /** From the first byte again. */
    void reset() {
        digest.reset();
        if (file.sha256() == null) {
            digest.update(("blob " + file.size() + "\0").getBytes(StandardCharsets.US_ASCII));
        }
    }

    void update(ByteBuffer bytes) {
        digest.update(bytes);
    }

    /** Ends it. */
    boolean matches() {
        return HexFormat.of().formatHex(digest.digest()).equals(file.etag());
    }
}
