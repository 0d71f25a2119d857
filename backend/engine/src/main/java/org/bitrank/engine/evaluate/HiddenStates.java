package org.bitrank.engine.evaluate;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bitrank.engine.checkpoint.StorageFailure;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * The base's hidden states after the last norm at every scored position, float32 rows in a file. They cost
 * {@code 4 * hiddenSize} bytes a position where its logits would cost {@code 4 * vocabulary}.
 */
final class HiddenStates implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final int columns;

    private HiddenStates(Path file, FileChannel channel, int columns) {
        this.file = file;
        this.channel = channel;
        this.columns = columns;
    }

    static HiddenStates open(Path file, int columns) {
        try {
            return new HiddenStates(file, FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE), columns);
        } catch (IOException failure) {
            throw StorageFailure.writing(file, failure);
        }
    }

    void write(long firstRow, Tensor rows, Backend backend) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(rows.shape().elements() * Float.BYTES, 64);
            backend.download(rows, bytes);
            ByteBuffer buffer = bytes.asByteBuffer();
            long at = firstRow * columns * Float.BYTES;
            while (buffer.hasRemaining()) {
                at += channel.write(buffer, at);
            }
        } catch (IOException failure) {
            throw StorageFailure.writing(file, failure);
        }
    }

    Tensor read(long firstRow, int count, Backend backend) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate((long) count * columns * Float.BYTES, 64);
            ByteBuffer buffer = bytes.asByteBuffer();
            long at = firstRow * columns * Float.BYTES;
            while (buffer.hasRemaining()) {
                int read = channel.read(buffer, at);
                if (read < 0) {
                    throw BitRankException.badInput(file + " is shorter than its log says; remove the folder and run again");
                }
                at += read;
            }
            return backend.upload(bytes, DType.FLOAT32, new Shape(count, columns));
        } catch (IOException failure) {
            throw StorageFailure.reading(file, failure);
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
