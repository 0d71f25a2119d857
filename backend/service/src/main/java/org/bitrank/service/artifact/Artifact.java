package org.bitrank.service.artifact;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A stored archive.
 *
 * @param sha256 of the archive's bytes: its name and address
 * @param fileName what a download should be called
 * @param path where the archive lies; ranges are read from it
 * @param files what is inside, with the checksums that {@code SHA256SUMS} in it also has
 */
public record Artifact(
        String sha256, String fileName, long bytes, Instant createdAt, Path path, List<StoredFile> files) {
    public record StoredFile(String name, long bytes, String sha256) {}

    /** What the archive unpacks to. */
    public String folder() {
        return fileName.substring(0, fileName.lastIndexOf('.'));
    }
}
