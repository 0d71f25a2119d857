package org.bitrank.service.artifact;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.bitrank.engine.Sha256;
import org.bitrank.service.artifact.Artifact.StoredFile;

/** A directory as a tar archive that depends on nothing but names and contents: sorted, no times, no owners. */
final class Tarball {
    static final String CHECKSUMS = "SHA256SUMS";

    private Tarball() {}

    /** @param sha256 of the whole archive */
    record Written(String sha256, long bytes, List<StoredFile> files) {}

    static Written write(Path directory, String folder, Path target) throws IOException {
        List<StoredFile> files = files(directory);
        MessageDigest digest = Sha256.digest();
        try (OutputStream file = Files.newOutputStream(target);
                var buffered = new BufferedOutputStream(new DigestOutputStream(file, digest), 1 << 20);
                var tar = new TarArchiveOutputStream(buffered, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            byte[] checksums = checksums(files).getBytes(StandardCharsets.UTF_8);
            begin(tar, folder + "/" + CHECKSUMS, checksums.length);
            tar.write(checksums);
            tar.closeArchiveEntry();
            for (StoredFile stored : files) {
                begin(tar, folder + "/" + stored.name(), stored.bytes());
                Files.copy(directory.resolve(stored.name()), tar);
                tar.closeArchiveEntry();
            }
        }
        return new Written(Sha256.hex(digest), Files.size(target), files);
    }

    private static void begin(TarArchiveOutputStream tar, String name, long bytes) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setSize(bytes);
        entry.setModTime(0L);
        entry.setIds(0, 0);
        entry.setMode(0100644);
        tar.putArchiveEntry(entry);
    }

    private static List<StoredFile> files(Path directory) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.filter(Files::isRegularFile).toList();
        }
        var files = new ArrayList<StoredFile>();
        for (Path path : paths) {
            String name = directory.relativize(path).toString().replace('\\', '/');
            if (!name.equals(CHECKSUMS)) {
                files.add(new StoredFile(name, Files.size(path), Sha256.of(path)));
            }
        }
        files.sort((a, b) -> a.name().compareTo(b.name()));
        return files;
    }

    /** What {@code sha256sum -c SHA256SUMS} reads. */
    private static String checksums(List<StoredFile> files) {
        var text = new StringBuilder();
        for (StoredFile file : files) {
            text.append(file.sha256()).append("  ").append(file.name()).append('\n');
        }
        return text.toString();
    }
}
