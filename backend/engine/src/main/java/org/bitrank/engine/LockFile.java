package org.bitrank.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/** A file that only one holder has at a time, be it of this process or of another; a process that dies lets go of it. */
public final class LockFile implements AutoCloseable {
    private static final long PAUSE_MILLIS = 200;
    /** Closing any channel of a file lets go of all this process's locks on it, so a held file is not opened a second time. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private LockFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Makes the file if need be, and waits until nobody else has it.
     *
     * @param waiting the step to report meanwhile
     */
    public static LockFile take(Path file, String waiting, Progress progress) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try {
            for (LockFile lock = tryTake(file); ; lock = tryTake(file)) {
                if (lock != null) {
                    return lock;
                }
                progress.checkCancelled();
                progress.report(waiting, 0, 0);
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BitRankException(FailureClass.CANCELLED, "cancelled", interrupted);
        }
    }

    /** The lock, or null where somebody else has it. */
    public static LockFile tryTake(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path place = absolute.getParent().toRealPath().resolve(absolute.getFileName());
        if (!HELD.add(place)) {
            return null;
        }
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(place, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            taken = channel.tryLock() != null;
            return taken ? new LockFile(place, channel) : null;
        } finally {
            if (!taken) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(place);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
