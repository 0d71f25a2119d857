package org.bitrank.engine.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bitrank.kernels.DType;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes one safetensors file tensor by tensor, holding none of them in memory. The header comes first in the file but is
 * known last, so the data is spooled beside the target and copied behind the header at the end; this also lets tensors be
 * sorted by element size, which keeps each aligned in a format without padding, and makes the file independent of the order
 * in which tensors came. The target appears only when whole.
 */
public final class SafetensorsWriter implements AutoCloseable {
    private static final int PIECE = 4 << 20;

    private final Path target;
    private final Path spool;
    private final FileChannel data;
    /** Channels take no heap memory of other element types than byte, so everything goes through here. */
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private long size;

    private SafetensorsWriter(Path target, Path spool, FileChannel data) {
        this.target = target;
        this.spool = spool;
        this.data = data;
    }

    /** Replaces {@code target}, if it exists, when finished. */
    public static SafetensorsWriter create(Path target) {
        Path spool = sibling(target, ".spool");
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            return new SafetensorsWriter(target, spool, FileChannel.open(spool, StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException failure) {
            throw StorageFailure.writing(target, failure);
        }
    }

    public void put(String name, DType dtype, List<Integer> shape, MemorySegment bytes) {
        put(name, SafetensorsType.of(dtype), shape, bytes);
    }

    void put(String name, SafetensorsType type, List<Integer> shape, MemorySegment bytes) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("tensor " + name + " is there twice");
        }
        var tensor = new StoredTensor(name, type, List.copyOf(shape), size, bytes.byteSize());
        if (tensor.elements() * type.bits() / 8 != tensor.bytes()) {
            throw new IllegalArgumentException("%d bytes for tensor %s %s of %s".formatted(tensor.bytes(), name, shape, type));
        }
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
        tensors.add(tensor);
        size += tensor.bytes();
    }

    /** Bytes of data so far. */
    long size() {
        return size;
    }

    List<String> names() {
        return tensors.stream().map(StoredTensor::name).toList();
    }

    /** Writes the file under its name. */
    public void finish() {
        tensors.sort(Comparator.comparingInt((StoredTensor tensor) -> -tensor.type().bits()).thenComparing(StoredTensor::name));
        Path partial = sibling(target, ".partial");
        try {
            try (var out = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer header = header();
                while (header.hasRemaining()) {
                    out.write(header);
                }
                for (StoredTensor tensor : tensors) {
                    for (long done = 0; done < tensor.bytes(); ) {
                        done += data.transferTo(tensor.offset() + done, tensor.bytes() - done, out);
                    }
                }
                out.force(true);
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            deleteQuietly(partial);
            throw StorageFailure.writing(target, failure);
        }
    }

    private ByteBuffer header() {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (StoredTensor tensor : tensors) {
            ObjectNode entry = root.putObject(tensor.name());
            entry.put("dtype", tensor.type().name());
            ArrayNode shape = entry.putArray("shape");
            tensor.shape().forEach(shape::add);
            entry.putArray("data_offsets").add(offset).add(offset + tensor.bytes());
            offset += tensor.bytes();
        }
        byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static Path sibling(Path target, String suffix) {
        return target.resolveSibling("." + target.getFileName() + suffix);
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stillThere) {
            LoggerFactory.getLogger(SafetensorsWriter.class).debug("could not remove {}", file, stillThere);
        }
    }

    /** Without {@link #finish()}, nothing remains. */
    @Override
    public void close() {
        try {
            data.close();
        } catch (IOException alreadyClosed) {
            throw StorageFailure.writing(spool, alreadyClosed);
        } finally {
            deleteQuietly(spool);
        }
    }
}
