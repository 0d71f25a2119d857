package org.bitrank.engine.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

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
                checksums.put(name, content.matches("[0-9a-f]{64}") ? content : sha256(file));
            }
        } catch (IOException failure) {
            throw CacheFailure.of(place, failure);
        }
        return checksums;
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[1 << 16];
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** {@code owner/name@commit}. */
    public String text() {
        return repository + "@" + commit;
    }
}
