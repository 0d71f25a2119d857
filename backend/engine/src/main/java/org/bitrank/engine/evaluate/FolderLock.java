package org.bitrank.engine.evaluate;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.StorageFailure;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/** Keeps a folder to one run at a time, be it of this process or of another; a process that dies lets go of it. */
final class FolderLock implements AutoCloseable {
    private static final long PAUSE_MILLIS = 200;

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Makes the folder if need be, and waits until nobody else has it. */
    static FolderLock take(Path folder, String purpose, Progress progress) {
        Path file = folder.resolve("lock");
        try {
            Files.createDirectories(folder);
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                while (tryLock(channel) == null) {
                    progress.checkCancelled();
                    progress.report("wait for another run of " + purpose, 0, 0);
                    Thread.sleep(PAUSE_MILLIS);
                }
                return new FolderLock(file, channel);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                channel.close();
                throw new BitRankException(FailureClass.CANCELLED, "cancelled", interrupted);
            } catch (Throwable failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw StorageFailure.writing(file, failure);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw StorageFailure.writing(file, failure);
        }
    }
}
