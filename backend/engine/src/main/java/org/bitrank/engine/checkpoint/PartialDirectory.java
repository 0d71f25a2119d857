package org.bitrank.engine.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.bitrank.kernels.BitRankException;
import org.slf4j.LoggerFactory;

/**
 * A directory that appears under its final name only when it is whole. Until {@link #commit()} everything is in a hidden
 * sibling on the same file system; {@link #close()} without a commit removes it, and so does the end of the JVM.
 */
final class PartialDirectory implements AutoCloseable {
    private final Path target;
    private final Path work;
    private final Thread cleaner;
    private boolean committed;

    private PartialDirectory(Path target, Path work) {
        this.target = target;
        this.work = work;
        this.cleaner = new Thread(() -> deleteQuietly(work));
        Runtime.getRuntime().addShutdownHook(cleaner);
    }

    /** Refuses a target that exists and is not an empty directory. */
    static PartialDirectory begin(Path target) {
        Path absolute = target.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (parent == null) {
            throw BitRankException.badInput(target + " cannot be written; name a new directory");
        }
        try {
            if (Files.exists(absolute) && !isEmptyDirectory(absolute)) {
                throw BitRankException.badInput(target + " exists already; remove it or choose another place");
            }
            Files.createDirectories(parent);
            String prefix = "." + absolute.getFileName() + ".partial-";
            removeLeftovers(parent, prefix);
            // Not createTempDirectory, which would keep everybody else from reading the finished directory.
            Path work = parent.resolve(prefix + ProcessHandle.current().pid() + "-" + UUID.randomUUID());
            return new PartialDirectory(absolute, Files.createDirectory(work));
        } catch (IOException failure) {
            throw StorageFailure.writing(target, failure);
        }
    }

    /** What processes left behind that were killed while they wrote to the same target. */
    private static void removeLeftovers(Path parent, String prefix) throws IOException {
        try (var entries = Files.newDirectoryStream(parent, entry -> entry.getFileName().toString().startsWith(prefix))) {
            for (Path entry : entries) {
                String writer = entry.getFileName().toString().substring(prefix.length()).split("-", 2)[0];
                if (writer.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(writer)).isEmpty()) {
                    deleteQuietly(entry);
                }
            }
        }
    }

    /** Where to write. */
    Path work() {
        return work;
    }

    Path target() {
        return target;
    }

    /** Flushes every file to the disk and renames the directory. */
    void commit() {
        try {
            try (var files = Files.walk(work)) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.force(true);
                    }
                }
            }
            Files.deleteIfExists(target);
            Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
            committed = true;
        } catch (IOException failure) {
            throw StorageFailure.writing(target, failure);
        }
    }

    @Override
    public void close() {
        if (!committed) {
            deleteQuietly(work);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException alreadyShuttingDown) {
            // The hook is running: it does the same.
        }
    }

    private static boolean isEmptyDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (var entries = Files.newDirectoryStream(path)) {
            return !entries.iterator().hasNext();
        }
    }

    /** Best effort: what cannot be removed stays hidden and harmless. */
    private static void deleteQuietly(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path emptied, IOException failure) throws IOException {
                    Files.deleteIfExists(emptied);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException leftBehind) {
            LoggerFactory.getLogger(PartialDirectory.class).debug("could not remove {}", directory, leftBehind);
        }
    }
}
