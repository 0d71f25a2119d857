package org.bitrank.engine.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bitrank.engine.Sha256;

/**
 * Where a file or folder of the cache came from.
 *
 * @param repository {@code owner/name}
 */
public record HubOrigin(String repository, String commit) {
    /** Empty for a place that is in no snapshot. */
    public static Optional<HubOrigin> of(Path place) {
        Path absolute = place.toAbsolutePath().normalize();
        for (Path commit = absolute; commit.getParent() != null && commit.getParent().getParent() != null; commit = commit.getParent()) {
            Path snapshots = commit.getParent();
            Path folder = snapshots.getParent().getFileName();
            if (folder != null && snapshots.endsWith("snapshots") && folder.toString().matches("(?:models|datasets)--.+")) {
                String name = folder.toString();
                return Optional.of(new HubOrigin(name.substring(name.indexOf("--") + 2).replace("--", "/"), commit.getFileName().toString()));
            }
        }
        return Optional.empty();
    }

    /** SHA-256 of each file of a folder of the cache, or of one file, by name. That of a large file is the name of its content. */
    public static SortedMap<String, String> checksums(Path place) {
        var checksums = new TreeMap<String, String>();
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = file.toRealPath().getFileName().toString();
                String name = file.equals(place) ? file.getFileName().toString() : place.relativize(file).toString();
                checksums.put(name, content.matches("[0-9a-f]{64}") ? content : Sha256.of(file));
            }
        } catch (IOException failure) {
            throw CacheFailure.of(place, failure);
        }
        return checksums;
    }

    /** {@code owner/name@commit}. */
    public String text() {
        return repository + "@" + commit;
    }
}
