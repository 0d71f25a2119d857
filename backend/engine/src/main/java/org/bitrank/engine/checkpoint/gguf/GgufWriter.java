package org.bitrank.engine.checkpoint.gguf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bitrank.engine.checkpoint.Spool;
import org.bitrank.engine.gguf.GgufType;

/**
 * Writes one GGUF file, version 3, tensor by tensor, holding none of them in memory. Tensors lie in the order of their blocks and
 * names, whatever the order in which they came. The target appears only when whole.
 */
final class GgufWriter implements AutoCloseable {
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;

    /** @param offset in the spool */
    private record Tensor(GgufType type, List<Integer> shape, long offset, long bytes) {}

    private final Spool spool;
    private final Map<String, Tensor> tensors = new TreeMap<>(Comparator.comparingInt(GgufWriter::block).thenComparing(name -> name));

    private GgufWriter(Spool spool) {
        this.spool = spool;
    }

    static GgufWriter create(Path target) {
        return new GgufWriter(Spool.create(target));
    }

    /** What belongs to no block comes first. */
    private static int block(String name) {
        String[] parts = name.split("\\.", 3);
        return parts[0].equals("blk") ? Integer.parseInt(parts[1]) : -1;
    }

    /** @param shape slowest dimension first */
    void put(String name, GgufType type, List<Integer> shape, MemorySegment bytes) {
        long elements = 1;
        for (int dimension : shape) {
            elements *= dimension;
        }
        if (type.bytes(elements) != bytes.byteSize()) {
            throw new IllegalArgumentException("%d bytes for tensor %s %s of %s".formatted(bytes.byteSize(), name, shape, type));
        }
        if (tensors.put(name, new Tensor(type, List.copyOf(shape), spool.append(bytes), bytes.byteSize())) != null) {
            throw new IllegalArgumentException("tensor " + name + " is there twice");
        }
    }

    /**
     * Writes the file under its name.
     *
     * @param metadata in the order in which they are to be written: texts, Integer (u32), Float, Boolean, and arrays of texts, float
     *     and int
     */
    void finish(Map<String, Object> metadata) {
        var head = new Head();
        head.bytes("GGUF".getBytes(StandardCharsets.US_ASCII)).u32(VERSION).u64(tensors.size()).u64(metadata.size());
        metadata.forEach((key, value) -> head.text(key).value(value));
        long offset = 0;
        for (var entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            head.text(entry.getKey()).u32(tensor.shape().size());
            tensor.shape().reversed().forEach(head::u64);
            head.u32(tensor.type().code()).u64(offset);
            offset += aligned(tensor.bytes());
        }
        spool.finish(ByteBuffer.wrap(head.out.toByteArray()), out -> {
            for (Tensor tensor : tensors.values()) {
                out.align(ALIGNMENT);
                out.copy(tensor.offset(), tensor.bytes());
            }
            out.align(ALIGNMENT);
        });
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Without {@link #finish}, nothing remains. */
    @Override
    public void close() {
        spool.close();
    }

    /** Everything before the data, little-endian. */
    private static final class Head {
        private static final int INT32 = 5;
        private static final int UINT32 = 4;
        private static final int FLOAT32 = 6;
        private static final int BOOL = 7;
        private static final int STRING = 8;
        private static final int ARRAY = 9;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Head bytes(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        Head u32(int value) {
            return bytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
        }

        Head u64(long value) {
            return bytes(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
        }

        Head text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return u64(bytes.length).bytes(bytes);
        }

        void value(Object value) {
            switch (value) {
                case String text -> u32(STRING).text(text);
                case Integer number -> u32(UINT32).u32(number);
                case Float number -> u32(FLOAT32).u32(Float.floatToRawIntBits(number));
                case Boolean flag -> u32(BOOL).bytes(new byte[] {(byte) (flag ? 1 : 0)});
                case String[] texts -> {
                    u32(ARRAY).u32(STRING).u64(texts.length);
                    for (String text : texts) {
                        text(text);
                    }
                }
                case float[] numbers -> {
                    u32(ARRAY).u32(FLOAT32).u64(numbers.length);
                    for (float number : numbers) {
                        u32(Float.floatToRawIntBits(number));
                    }
                }
                case int[] numbers -> {
                    u32(ARRAY).u32(INT32).u64(numbers.length);
                    for (int number : numbers) {
                        u32(number);
                    }
                }
                default -> throw new IllegalArgumentException("no GGUF type for " + value.getClass());
            }
        }
    }
}
