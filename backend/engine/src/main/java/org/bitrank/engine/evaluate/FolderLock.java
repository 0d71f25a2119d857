package org.bitrank.engine.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import org.bitrank.engine.LockFile;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.StorageFailure;

/** Keeps a folder to one run at a time. */
final class FolderLock implements AutoCloseable {
    static final String FILE = "lock";

    private final Path file;
    private final LockFile lock;

    private FolderLock(Path file, LockFile lock) {
        this.file = file;
        this.lock = lock;
    }

    /** Makes the folder if need be, and waits until nobody else has it. */
    static FolderLock take(Path folder, String purpose, Progress progress) {
        Path file = folder.resolve(FILE);
        try {
            return new FolderLock(file, LockFile.take(file, "wait for another run of " + purpose, progress));
        } catch (IOException failure) {
            throw StorageFailure.writing(file, failure);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failure) {
            throw StorageFailure.writing(file, failure);
        }
    }
}
