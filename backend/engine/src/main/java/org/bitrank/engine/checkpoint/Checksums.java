package org.bitrank.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.bitrank.engine.Sha256;

/** SHA-256 of files; a file that cannot be read is a failure that names it. */
public final class Checksums {
    private Checksums() {}

    public static String sha256(Path file) {
        return sha256(List.of(file));
    }

    /** Of the files' bytes one after the other. */
    public static String sha256(List<Path> files) {
        MessageDigest digest = Sha256.digest();
        for (Path file : files) {
            try {
                Sha256.add(file, digest);
            } catch (IOException failure) {
                throw StorageFailure.reading(file, failure);
            }
        }
        return Sha256.hex(digest);
    }
}
