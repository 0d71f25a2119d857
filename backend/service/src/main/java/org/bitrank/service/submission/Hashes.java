package org.bitrank.service.submission;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.bitrank.engine.Sha256;

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

    static String of(Path file) throws IOException {
        return Sha256.of(file);
    }
}
