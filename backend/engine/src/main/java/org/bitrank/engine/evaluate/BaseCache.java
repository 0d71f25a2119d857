package org.bitrank.engine.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.bitrank.engine.LockFile;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.StorageFailure;

/**
 * The folder where results and hidden states of bases are kept, a folder for each base and task. Nobody deletes by hand what
 * grows with every new base, so somebody calls {@link #prune} after a run.
 */
public final class BaseCache {
    /** Held by each run that still reads what is in the folder; the name tells them apart. */
    private static final String IN_USE = "use-";

    private BaseCache() {}

    /** Keeps a folder from being emptied until it is closed, or the process ends. */
    static final class Use implements AutoCloseable {
        private final Path file;
        private final LockFile lock;

        private Use(Path file, LockFile lock) {
            this.file = file;
            this.lock = lock;
        }

        /** Called while the folder's own lock is held, so that it is not emptied at the same moment. */
        static Use of(Path folder) {
            Path file = folder.resolve(IN_USE + UUID.randomUUID());
            try {
                removeLeftOvers(folder);
                Files.setLastModifiedTime(folder.resolve(FolderLock.FILE), FileTime.fromMillis(System.currentTimeMillis()));
                return new Use(file, LockFile.take(file, "use " + folder, Progress.SILENT));
            } catch (IOException failure) {
                throw StorageFailure.writing(file, failure);
            }
        }

        @Override
        public void close() {
            try {
                lock.close();
                Files.deleteIfExists(file);
            } catch (IOException failure) {
                throw StorageFailure.writing(file, failure);
            }
        }
    }

    private record Kept(Path folder, long bytes, FileTime used) {}

    /**
     * Empties the folders that were not used for the longest time until the rest has at most {@code mostBytes}. What a run uses
     * is left alone, in this process and in others.
     *
     * @return bytes that were freed
     */
    public static long prune(Path directory, long mostBytes) {
        try {
            List<Kept> kept = kept(directory);
            kept.sort(Comparator.comparing(Kept::used).thenComparing(Kept::folder));
            long total = kept.stream().mapToLong(Kept::bytes).sum();
            long freed = 0;
            for (Kept one : kept) {
                if (total - freed <= mostBytes) {
                    break;
                }
                freed += empty(one) ? one.bytes : 0;
            }
            return freed;
        } catch (IOException failure) {
            throw StorageFailure.writing(directory, failure);
        }
    }

    private static List<Kept> kept(Path directory) throws IOException {
        var kept = new ArrayList<Kept>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> folders = Files.list(directory)) {
                for (Path folder : folders.filter(folder -> Files.isRegularFile(folder.resolve(FolderLock.FILE))).toList()) {
                    kept.add(new Kept(folder, bytes(folder), Files.getLastModifiedTime(folder.resolve(FolderLock.FILE))));
                }
            }
        }
        return kept;
    }

    private static long bytes(Path folder) throws IOException {
        long bytes = 0;
        for (Path file : files(folder)) {
            try {
                bytes += Files.size(file);
            } catch (NoSuchFileException goneMeanwhile) {
                // Another run has just let go of it.
            }
        }
        return bytes;
    }

    /** The lock itself stays: whoever waits for it must find the same file. */
    private static boolean empty(Kept one) throws IOException {
        try (LockFile lock = LockFile.tryTake(one.folder.resolve(FolderLock.FILE))) {
            if (lock == null || removeLeftOvers(one.folder)) {
                return false;
            }
            for (Path file : files(one.folder)) {
                if (!file.endsWith(FolderLock.FILE)) {
                    Files.deleteIfExists(file);
                }
            }
            return true;
        }
    }

    /** Of processes that died. Returns whether any that lives is among those who use the folder. */
    private static boolean removeLeftOvers(Path folder) throws IOException {
        boolean used = false;
        for (Path file : files(folder)) {
            if (file.getFileName().toString().startsWith(IN_USE)) {
                try (LockFile left = LockFile.tryTake(file)) {
                    if (left == null) {
                        used = true;
                    } else {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
        return used;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
