package org.bitrank.engine.checkpoint.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bitrank.engine.checkpoint.StorageFailure;
import org.bitrank.engine.gguf.GgufType;
import org.bitrank.kernels.BitRankException;

/** A GGUF file (version 2 or 3, little-endian) mapped into memory; its segments live until {@link #close()}. */
public final class GgufFile implements AutoCloseable {
    private static final int MAGIC = 0x4655_4747;
    private static final long DEFAULT_ALIGNMENT = 32;
    /** A tensor's entry is at least a name's length, a number of dimensions, a type and an offset. */
    private static final int SMALLEST_ENTRY = 24;
    private static final int SMALLEST_PAIR = 13;

    /** @param offset from the start of the file */
    record Entry(String name, List<Integer> shape, GgufType type, long offset, long bytes) {}

    private final Path path;
    private final Arena arena;
    private final MemorySegment file;
    private final GgufMetadata metadata;
    private final SortedMap<String, Entry> tensors;

    private GgufFile(Path path, Arena arena, MemorySegment file, GgufMetadata metadata, SortedMap<String, Entry> tensors) {
        this.path = path;
        this.arena = arena;
        this.file = file;
        this.metadata = metadata;
        this.tensors = tensors;
    }

    public static GgufFile open(Path path) {
        Arena arena = Arena.ofShared();
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return read(path, arena, file);
        } catch (IOException failure) {
            arena.close();
            throw StorageFailure.reading(path, failure);
        } catch (RuntimeException failure) {
            arena.close();
            throw failure;
        }
    }

    private static GgufFile read(Path path, Arena arena, MemorySegment file) {
        String name = path.toString();
        var reader = new GgufReader(file, name);
        if (reader.u32() != MAGIC) {
            throw BitRankException.badInput(name + " is no GGUF file");
        }
        int version = reader.u32();
        if (version != 2 && version != 3) {
            throw BitRankException.unsupported("%s is GGUF version %s; versions 2 and 3, little-endian, can be read"
                    .formatted(name, Integer.toUnsignedString(version)));
        }
        long tensorCount = reader.count(SMALLEST_ENTRY);
        long pairs = reader.count(SMALLEST_PAIR);
        GgufMetadata metadata = reader.metadata(pairs);
        long alignment = metadata.integer("general.alignment").orElse(DEFAULT_ALIGNMENT);
        if (alignment < 1 || alignment > 1 << 20 || Long.bitCount(alignment) != 1) {
            throw BitRankException.badInput("%s has the impossible alignment %d".formatted(name, alignment));
        }
        var tensors = new TreeMap<String, Entry>();
        for (long i = 0; i < tensorCount; i++) {
            Entry tensor = entry(reader, name);
            if (tensors.put(tensor.name(), tensor) != null) {
                throw BitRankException.badInput("%s holds tensor %s twice".formatted(name, tensor.name()));
            }
        }
        long start = (reader.position() + alignment - 1) / alignment * alignment;
        tensors.replaceAll((key, tensor) -> new Entry(key, tensor.shape(), tensor.type(), start + tensor.offset(), tensor.bytes()));
        checkLayout(tensors, file.byteSize(), name);
        return new GgufFile(path, arena, file, metadata, Collections.unmodifiableSortedMap(tensors));
    }

    private static Entry entry(GgufReader reader, String file) {
        String tensor = reader.string();
        List<Integer> shape = reader.shape(tensor);
        int code = reader.u32();
        GgufType type = GgufType.ofCode(code).orElseThrow(() -> BitRankException.unsupported(
                "%s: tensor %s has the unknown GGUF type %s".formatted(file, tensor, Integer.toUnsignedString(code))));
        long offset = reader.u64();
        long elements = 1;
        for (int dimension : shape) {
            elements *= dimension;
        }
        if (offset < 0 || offset > Long.MAX_VALUE / 2 || elements > Long.MAX_VALUE / 256
                || (shape.isEmpty() ? 1 : shape.getLast()) % type.blockElements() != 0) {
            throw BitRankException.badInput("%s: tensor %s of type %s has an impossible shape %s or offset".formatted(file, tensor, type, shape));
        }
        return new Entry(tensor, shape, type, offset, type.bytes(elements));
    }

    private static void checkLayout(SortedMap<String, Entry> tensors, long size, String file) {
        var inOrder = new ArrayList<>(tensors.values());
        inOrder.sort(Comparator.comparingLong(Entry::offset));
        long end = 0;
        for (Entry tensor : inOrder) {
            if (tensor.offset() < end) {
                throw BitRankException.badInput("%s: tensor %s overlaps the one before it".formatted(file, tensor.name()));
            }
            if (tensor.bytes() > size - tensor.offset()) {
                throw BitRankException.badInput("%s is truncated: tensor %s ends at byte %d, the file has %d; get it again"
                        .formatted(file, tensor.name(), tensor.offset() + tensor.bytes(), size));
            }
            end = tensor.offset() + tensor.bytes();
        }
    }

    Path path() {
        return path;
    }

    public GgufMetadata metadata() {
        return metadata;
    }

    SortedMap<String, Entry> tensors() {
        return tensors;
    }

    MemorySegment bytes(Entry tensor) {
        return file.asSlice(tensor.offset(), tensor.bytes());
    }

    /** Gives up the memory that the file's pages take; what is read again is fetched again. */
    public void unload() {
        file.unload();
    }

    @Override
    public void close() {
        arena.close();
    }
}
