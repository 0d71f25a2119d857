package org.bitrank.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 of files, streamed, and of bytes. */
public final class Checksums {
    private static final int BUFFER = 1 << 20;

    private Checksums() {}

    public static String sha256(Path file) {
        return sha256(List.of(file));
    }

    /** Of the files' bytes one after the other. */
    public static String sha256(List<Path> files) {
        MessageDigest digest = newDigest();
        var buffer = new byte[BUFFER];
        for (Path file : files) {
            try (var input = Files.newInputStream(file)) {
                for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
                    digest.update(buffer, 0, read);
                }
            } catch (IOException failure) {
                throw StorageFailure.reading(file, failure);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(newDigest().digest(bytes));
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
