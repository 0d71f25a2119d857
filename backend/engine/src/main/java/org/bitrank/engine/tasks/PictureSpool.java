package org.bitrank.engine.tasks;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/**
 * Pictures that came out of a table, one behind the other in a temporary file: a benchmark's pictures are gigabytes, and each is
 * looked at once. The file goes when nobody holds one of its pictures any more.
 */
final class PictureSpool {
    private static final Cleaner CLEANER = Cleaner.create();

    private FileChannel channel;
    private long end;

    ImageSource add(String name, byte[] picture) {
        long start = end;
        try {
            if (channel == null) {
                open();
            }
            var bytes = ByteBuffer.wrap(picture);
            while (bytes.hasRemaining()) {
                end += channel.write(bytes, end);
            }
        } catch (IOException e) {
            throw new BitRankException(
                    FailureClass.INFRASTRUCTURE,
                    "the pictures of a table do not fit into the temporary folder (%s); make room, or name another (JAVA_OPTS=-Djava.io.tmpdir=FOLDER)".formatted(e.getMessage()),
                    e);
        }
        int length = picture.length;
        return ImageSource.of(name, Sha256.of(picture), () -> read(start, length));
    }

    private void open() throws IOException {
        Path file = Files.createTempFile("bitrank-pictures", ".spool");
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        FileChannel opened = channel;
        CLEANER.register(this, () -> close(opened));
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] read(long start, int length) {
        var bytes = ByteBuffer.allocate(length);
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, start + bytes.position()) < 0) {
                    throw new EOFException("a temporary file of pictures was cut off");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.array();
    }
}
