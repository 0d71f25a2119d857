package org.bitrank.engine.checkpoint.safetensors;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.Spool;
import org.bitrank.kernels.DType;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes one safetensors file tensor by tensor, holding none of them in memory. Spooling the data lets tensors be sorted by
 * element size, which keeps each aligned in a format without padding, and makes the file independent of the order in which
 * tensors came. The target appears only when whole.
 */
public final class SafetensorsWriter implements AutoCloseable {
    private final Spool spool;
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private SafetensorsWriter(Spool spool) {
        this.spool = spool;
    }

    /** Replaces {@code target}, if it exists, when finished. */
    public static SafetensorsWriter create(Path target) {
        return new SafetensorsWriter(Spool.create(target));
    }

    public void put(String name, DType dtype, List<Integer> shape, MemorySegment bytes) {
        put(name, SafetensorsType.of(dtype), shape, bytes);
    }

    public void put(String name, SafetensorsType type, List<Integer> shape, MemorySegment bytes) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("tensor " + name + " is there twice");
        }
        var tensor = new StoredTensor(name, type, List.copyOf(shape), spool.size(), bytes.byteSize());
        if (tensor.elements() * type.bits() / 8 != tensor.bytes()) {
            throw new IllegalArgumentException("%d bytes for tensor %s %s of %s".formatted(tensor.bytes(), name, shape, type));
        }
        spool.append(bytes);
        tensors.add(tensor);
    }

    /** Bytes of data so far. */
    long size() {
        return spool.size();
    }

    List<String> names() {
        return tensors.stream().map(StoredTensor::name).toList();
    }

    /** Writes the file under its name. */
    public void finish() {
        tensors.sort(Comparator.comparingInt((StoredTensor tensor) -> -tensor.type().bits()).thenComparing(StoredTensor::name));
        spool.finish(header(), out -> {
            for (StoredTensor tensor : tensors) {
                out.copy(tensor.offset(), tensor.bytes());
            }
        });
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

    /** Without {@link #finish()}, nothing remains. */
    @Override
    public void close() {
        spool.close();
    }
}
