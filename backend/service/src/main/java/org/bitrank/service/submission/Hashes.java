package org.bitrank.service.submission;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.bitrank.engine.Sha256;

/** SHA-256 over several texts, each ended by a zero byte so that they cannot run into each other. */
final class Hashes {
    private Hashes() {}

    static String of(String... parts) {
        MessageDigest digest = Sha256.digest();
        for (String part : parts) {
            digest.update(part.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return Sha256.hex(digest);
    }
}
