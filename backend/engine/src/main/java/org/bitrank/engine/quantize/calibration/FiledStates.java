package org.bitrank.engine.quantize.calibration;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.bitrank.engine.checkpoint.StorageFailure;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * States in a file that is read and written batch by batch, number for number: of all of them, the process holds one batch. What
 * the system keeps of the file in memory it gives up when others need it.
 */
final class FiledStates implements SequenceStates {
    private final Backend backend;
    private final Path path;
    private final FileChannel file;
    private final List<Shape> shapes = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private long end;

    /** Outside the heap, because that is what channels read into and back ends copy from. */
    private Arena arena = Arena.ofShared();

    private MemorySegment host = arena.allocate(0);

    FiledStates(Path folder, Backend backend) {
        this.backend = backend;
        this.path = folder.resolve(".states-" + UUID.randomUUID());
        try {
            // On POSIX systems the name goes at once, and the file with the last handle on it.
            file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException failure) {
            arena.close();
            throw StorageFailure.writing(path, failure);
        }
    }

    @Override
    public void add(Tensor added) {
        try (added) {
            shapes.add(added.shape());
            offsets.add(end);
            end += bytes(added.shape());
            write(added, offsets.getLast());
        }
    }

    @Override
    public void change(int batch, Consumer<Tensor> change) {
        try (Tensor state = copy(batch)) {
            change.accept(state);
            write(state, offsets.get(batch));
        }
    }

    @Override
    public Tensor copy(int batch) {
        Shape shape = shapes.get(batch);
        MemorySegment values = host(bytes(shape));
        ByteBuffer buffer = values.asByteBuffer();
        try {
            while (buffer.hasRemaining()) {
                if (file.read(buffer, offsets.get(batch) + buffer.position()) < 0) {
                    throw new IOException("it ends at " + file.size() + " bytes");
                }
            }
        } catch (IOException failure) {
            throw StorageFailure.reading(path, failure);
        }
        return backend.upload(values, DType.FLOAT32, shape);
    }

    private void write(Tensor state, long offset) {
        MemorySegment values = host(bytes(state.shape()));
        backend.download(state, values);
        ByteBuffer buffer = values.asByteBuffer();
        try {
            while (buffer.hasRemaining()) {
                file.write(buffer, offset + buffer.position());
            }
        } catch (IOException failure) {
            throw StorageFailure.writing(path, failure);
        }
    }

    private static long bytes(Shape shape) {
        return Float.BYTES * shape.elements();
    }

    private MemorySegment host(long bytes) {
        if (host.byteSize() < bytes) {
            arena.close();
            arena = Arena.ofShared();
            host = arena.allocate(bytes, Long.BYTES);
        }
        return host.asSlice(0, bytes);
    }

    @Override
    public void close() {
        arena.close();
        try {
            file.close();
        } catch (IOException failure) {
            throw StorageFailure.writing(path, failure);
        }
    }
}
