package org.bitrank.engine.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.LoggerFactory;

/**
 * The data of a file whose header comes first and is known last: kept beside the target and copied behind the header at the end.
 * The target appears only when whole; without {@link #finish}, {@link #close()} leaves nothing.
 */
public final class Spool implements AutoCloseable {
    private static final int PIECE = 4 << 20;

    private final Path target;
    private final Path path;
    private final FileChannel data;
    /** Channels take no heap memory of other element types than byte, so everything goes through here. */
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    private long size;

    /** What is written of the spooled data, in its final order. */
    public interface Layout {
        void copy(Output out) throws IOException;
    }

    /** The target file behind its header. */
    public final class Output {
        private final FileChannel file;

        private Output(FileChannel file) {
            this.file = file;
        }

        /** A stretch of what was spooled. */
        public void copy(long offset, long bytes) throws IOException {
            for (long done = 0; done < bytes; ) {
                done += data.transferTo(offset + done, bytes - done, file);
            }
        }

        /** Zeros up to the next multiple of {@code alignment} in the file. */
        public void align(int alignment) throws IOException {
            int padding = (int) Math.floorMod(-file.position(), (long) alignment);
            ByteBuffer zeros = ByteBuffer.allocate(padding);
            while (zeros.hasRemaining()) {
                file.write(zeros);
            }
        }
    }

    private Spool(Path target, Path path, FileChannel data) {
        this.target = target;
        this.path = path;
        this.data = data;
    }

    /** Replaces {@code target}, if it exists, when finished. */
    public static Spool create(Path target) {
        Path path = sibling(target, ".spool");
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            return new Spool(target, path, FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException failure) {
            throw StorageFailure.writing(target, failure);
        }
    }

    /** @return the offset that the bytes got */
    public long append(MemorySegment bytes) {
        long offset = size;
        try {
            for (long at = 0; at < bytes.byteSize(); at += PIECE) {
                int length = (int) Math.min(PIECE, bytes.byteSize() - at);
                MemorySegment.copy(bytes, at, MemorySegment.ofBuffer(piece.clear()), 0, length);
                piece.limit(length);
                while (piece.hasRemaining()) {
                    data.write(piece);
                }
            }
        } catch (IOException failure) {
            throw StorageFailure.writing(target, failure);
        }
        size += bytes.byteSize();
        return offset;
    }

    /** Bytes so far. */
    public long size() {
        return size;
    }

    /** Writes the file under its name. */
    public void finish(ByteBuffer header, Layout layout) {
        Path partial = sibling(target, ".partial");
        try {
            try (var out = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                while (header.hasRemaining()) {
                    out.write(header);
                }
                layout.copy(new Output(out));
                out.force(true);
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            deleteQuietly(partial);
            throw StorageFailure.writing(target, failure);
        }
    }

    private static Path sibling(Path target, String suffix) {
        return target.resolveSibling("." + target.getFileName() + suffix);
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stillThere) {
            LoggerFactory.getLogger(Spool.class).debug("could not remove {}", file, stillThere);
        }
    }

    @Override
    public void close() {
        try {
            data.close();
        } catch (IOException alreadyClosed) {
            throw StorageFailure.writing(path, alreadyClosed);
        } finally {
            deleteQuietly(path);
        }
    }
}
