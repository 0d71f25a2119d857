package org.bitrank.engine.checkpoint.safetensors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The table of contents of a safetensors file, believed only after every number in it has been checked against the size of
 * the file. Source: the format's description at https://github.com/huggingface/safetensors.
 */
record SafetensorsHeader(SortedMap<String, StoredTensor> tensors, Map<String, String> metadata) {
    /** As the reference implementation: nobody needs a longer one. */
    static final long MAXIMUM_LENGTH = 100_000_000;

    /** Checks that the file has room for its header and returns the header's length. */
    static int checkedLength(long length, long fileSize, String file) {
        if (length < 2 || length > MAXIMUM_LENGTH) {
            throw BitRankException.badInput("%s is no safetensors file: it claims a header of %s bytes"
                    .formatted(file, Long.toUnsignedString(length)));
        }
        if (length > fileSize - Long.BYTES) {
            throw BitRankException.badInput("%s is truncated: its header needs %d bytes, the file has %d; get it again"
                    .formatted(file, length + Long.BYTES, fileSize));
        }
        return (int) length;
    }

    static SafetensorsHeader parse(byte[] json, long dataBytes, String file) {
        ObjectNode root = Json.parseObject(json, "the header of " + file);
        var tensors = new TreeMap<String, StoredTensor>();
        var metadata = new TreeMap<String, String>();
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (entry.getKey().equals("__metadata__")) {
                for (Map.Entry<String, JsonNode> note : entry.getValue().properties()) {
                    metadata.put(note.getKey(), note.getValue().asString(""));
                }
            } else {
                tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), file));
            }
        }
        checkLayout(tensors, dataBytes, file);
        return new SafetensorsHeader(tensors, metadata);
    }

    private static StoredTensor tensor(String name, JsonNode entry, String file) {
        String typeName = entry.path("dtype").asString("");
        SafetensorsType type = SafetensorsType.named(typeName)
                .orElseThrow(() -> BitRankException.badInput("%s: tensor %s has the unknown type '%s'".formatted(file, name, typeName)));
        var shape = new ArrayList<Integer>();
        long bits = type.bits();
        if (!entry.path("shape").isArray()) {
            throw BitRankException.badInput("%s: tensor %s has no shape".formatted(file, name));
        }
        for (JsonNode dimension : entry.path("shape")) {
            long size = wholeNumber(dimension, name, file);
            if (size > Integer.MAX_VALUE || Math.multiplyHigh(bits, size) != 0 || bits * size < 0) {
                throw BitRankException.badInput("%s: the shape of tensor %s is too large".formatted(file, name));
            }
            bits *= size;
            shape.add((int) size);
        }
        JsonNode offsets = entry.path("data_offsets");
        if (!offsets.isArray() || offsets.size() != 2) {
            throw BitRankException.badInput("%s: tensor %s has no data_offsets".formatted(file, name));
        }
        long begin = wholeNumber(offsets.get(0), name, file);
        long end = wholeNumber(offsets.get(1), name, file);
        if (begin > end || bits % 8 != 0 || end - begin != bits / 8) {
            throw BitRankException.badInput("%s: tensor %s of type %s and shape %s needs %d bytes, its data_offsets span %d"
                    .formatted(file, name, type, shape, bits / 8, end - begin));
        }
        return new StoredTensor(name, type, List.copyOf(shape), begin, end - begin);
    }

    private static long wholeNumber(JsonNode number, String name, String file) {
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
            throw BitRankException.badInput("%s: tensor %s has the impossible size or offset %s".formatted(file, name, number));
        }
        return number.longValue();
    }

    /** Tensors follow one another without holes or overlaps and fill the file. */
    private static void checkLayout(SortedMap<String, StoredTensor> tensors, long dataBytes, String file) {
        var inOrder = new ArrayList<>(tensors.values());
        inOrder.sort(Comparator.comparingLong(StoredTensor::offset).thenComparingLong(StoredTensor::bytes));
        long end = 0;
        for (StoredTensor tensor : inOrder) {
            if (tensor.offset() != end) {
                throw BitRankException.badInput("%s: tensor %s begins at byte %d, where byte %d was due: tensors %s"
                        .formatted(file, tensor.name(), tensor.offset(), end, tensor.offset() < end ? "overlap" : "leave a hole"));
            }
            end += tensor.bytes();
            if (end > dataBytes) {
                throw BitRankException.badInput("%s is truncated: tensor %s ends at byte %d, the file has %d bytes of data; get it again"
                        .formatted(file, tensor.name(), end, dataBytes));
            }
        }
        if (end != dataBytes) {
            throw BitRankException.badInput("%s has %d bytes after its last tensor".formatted(file, dataBytes - end));
        }
    }
}
