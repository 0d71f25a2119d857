package org.bitrank.engine.checkpoint.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bitrank.engine.checkpoint.StorageFailure;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/** A safetensors file mapped into memory; its segments live until {@link #close()}. */
public final class SafetensorsFile implements AutoCloseable {
    public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final String GIT_LFS = "version https://git-lfs";

    private final Path path;
    private final Arena arena;
    private final MemorySegment data;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, Arena arena, MemorySegment data, SafetensorsHeader header) {
        this.path = path;
        this.arena = arena;
        this.data = data;
        this.header = header;
    }

    /** Maps the file and checks its header; throws {@code BitRankException} of class BAD_INPUT when the header lies. */
    public static SafetensorsFile open(Path path) {
        if (Files.isDirectory(path)) {
            throw BitRankException.badInput(path + " is a folder, where a safetensors file belongs; put the file in its place, or name the folder's own path if the model lies in it");
        }
        Arena arena = Arena.ofShared();
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < Long.BYTES) {
                throw BitRankException.badInput("%s is truncated: %d bytes are no safetensors file; get it again".formatted(path, size));
            }
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            refuseOthers(file, path);
            int length = SafetensorsHeader.checkedLength(file.get(LONG, 0), size, path.toString());
            byte[] json = file.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
            MemorySegment data = file.asSlice(Long.BYTES + (long) length);
            return new SafetensorsFile(path, arena, data, SafetensorsHeader.parse(json, data.byteSize(), path.toString()));
        } catch (IOException failure) {
            arena.close();
            throw StorageFailure.reading(path, failure);
        } catch (RuntimeException failure) {
            arena.close();
            throw failure;
        }
    }

    /** What often lies under a weight file's name when getting it went wrong. */
    private static void refuseOthers(MemorySegment file, Path path) {
        byte[] start = file.asSlice(0, Math.min(file.byteSize(), GIT_LFS.length())).toArray(ValueLayout.JAVA_BYTE);
        String text = new String(start, StandardCharsets.US_ASCII);
        if (text.equals(GIT_LFS)) {
            throw BitRankException.badInput(path + " is a pointer of Git LFS, not the weights; get them with git lfs pull, or download the file again");
        }
        // No header is that long: its length would have a letter in its fifth byte.
        if (text.matches("(?s)<(!|\\?xml|[a-zA-Z])[a-zA-Z\\s!>-]{3}.*")) {
            throw BitRankException.badInput(path + " is a web page, not the weights: whoever was asked for the file answered with one; download it again");
        }
    }

    public Path path() {
        return path;
    }

    public SortedSet<String> names() {
        return new TreeSet<>(header.tensors().keySet());
    }

    public Map<String, String> metadata() {
        return header.metadata();
    }

    public List<Integer> shape(String name) {
        return tensor(name).shape();
    }

    /** The element type as the header spells it: {@code F32}, {@code BF16}, {@code I64} … */
    public String type(String name) {
        return tensor(name).type().name();
    }

    /** The bytes as they lie in the file. */
    public MemorySegment bytes(String name) {
        StoredTensor tensor = tensor(name);
        return data.asSlice(tensor.offset(), tensor.bytes());
    }

    /** The numbers of a float tensor, row-major. */
    public float[] floats(String name) {
        return dense(tensor(name)).toFloats();
    }

    /** The numbers of an I32 or I64 tensor; throws when one does not fit into 32 bits. */
    public int[] integers(String name) {
        StoredTensor tensor = tensor(name);
        MemorySegment bytes = bytes(name);
        var values = new int[Math.toIntExact(tensor.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (tensor.type()) {
                case I32 -> bytes.get(INT, (long) i * Integer.BYTES);
                case I64 -> narrow(name, bytes.get(LONG, (long) i * Long.BYTES));
                default -> throw BitRankException.badInput("%s: tensor %s is %s where integers were expected".formatted(path, name, tensor.type()));
            };
        }
        return values;
    }

    private int narrow(String name, long value) {
        if (value != (int) value) {
            throw BitRankException.badInput("%s: tensor %s holds the impossible number %d".formatted(path, name, value));
        }
        return (int) value;
    }

    public SortedMap<String, StoredTensor> tensors() {
        return header.tensors();
    }

    DenseWeight dense(StoredTensor tensor) {
        DType dtype = tensor.type().dtype().filter(type -> type != DType.INT32).orElseThrow(() -> BitRankException.unsupported(
                "%s: tensor %s is stored as %s; float32, float16 and bfloat16 can be read".formatted(path, tensor.name(), tensor.type())));
        TensorInfo info = info(tensor);
        return new DenseWeight(dtype, info.rows(), info.columns(), data.asSlice(tensor.offset(), tensor.bytes()));
    }

    static TensorInfo info(StoredTensor tensor) {
        return TensorInfo.of(
                tensor.name(), tensor.shape(), tensor.type().name(), tensor.type().bits(), StoredBytes.dense(tensor.bytes()));
    }

    private StoredTensor tensor(String name) {
        StoredTensor tensor = header.tensors().get(name);
        if (tensor == null) {
            throw BitRankException.badInput(path + " holds no tensor " + name);
        }
        return tensor;
    }

    /** Gives up the memory that the file's pages take; what is read again is fetched again. */
    void unload() {
        data.unload();
    }

    @Override
    public void close() {
        arena.close();
    }
}
