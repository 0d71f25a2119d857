package org.bitrank.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.BitRankException;

/** The tensors of a GGUF file under their Hugging Face names and in Hugging Face row order. */
final class GgufSource implements WeightSource {
    /** Frequency factors of the rotary embedding: part of the configuration, not a weight. */
    static final String ROPE_FACTORS = "rope_freqs.weight";

    private final GgufFile file;
    private final SortedMap<String, GgufFile.Entry> entries;
    private final int queryHeads;
    private final int keyHeads;

    private GgufSource(GgufFile file, SortedMap<String, GgufFile.Entry> entries, int queryHeads, int keyHeads) {
        this.file = file;
        this.entries = entries;
        this.queryHeads = queryHeads;
        this.keyHeads = keyHeads;
    }

    /** Throws {@code BitRankException} of class UNSUPPORTED for architectures whose tensors are not known here. */
    static GgufSource of(GgufFile file) {
        String architecture = GgufConfig.architecture(file);
        var entries = new TreeMap<String, GgufFile.Entry>();
        for (GgufFile.Entry tensor : file.tensors().values()) {
            if (tensor.name().equals(ROPE_FACTORS)) {
                continue;
            }
            String name = GgufNames.huggingFace(tensor.name()).orElseThrow(() -> BitRankException.unsupported(
                    "%s: tensor %s has no place in a %s model".formatted(file.path(), tensor.name(), architecture)));
            entries.put(name, tensor);
        }
        boolean permuted = GgufConfig.permutesQueriesAndKeys(architecture);
        int heads = GgufConfig.heads(file);
        return new GgufSource(file, entries, permuted ? heads : 0, permuted ? GgufConfig.keyValueHeads(file) : 0);
    }

    @Override
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(entries.keySet()));
    }

    @Override
    public boolean contains(String name) {
        return entries.containsKey(name);
    }

    @Override
    public TensorInfo info(String name) {
        GgufFile.Entry tensor = entry(name);
        return TensorInfo.of(name, tensor.shape(), tensor.type().name(), tensor.type().bits(), tensor.type().stored(tensor.bytes()));
    }

    @Override
    public Weight read(String name) {
        GgufFile.Entry tensor = readable(name);
        TensorInfo info = info(name);
        return ordered(name, tensor.type().decode(file.bytes(tensor), info.rows(), info.columns()));
    }

    @Override
    public float[] readExactly(String name) {
        GgufFile.Entry tensor = readable(name);
        TensorInfo info = info(name);
        float[] values = tensor.type().decodeExactly(file.bytes(tensor), info.rows(), info.columns());
        return ordered(name, DenseWeight.of(values, info.rows(), info.columns())).toFloats();
    }

    private GgufFile.Entry readable(String name) {
        GgufFile.Entry tensor = entry(name);
        if (!tensor.type().readable()) {
            throw BitRankException.unsupported("%s: tensor %s is stored as %s; F32, F16, BF16, Q8_0, Q4_0 and Q4_1 can be read"
                    .formatted(file.path(), tensor.name(), tensor.type()));
        }
        return tensor;
    }

    private DenseWeight ordered(String name, DenseWeight weight) {
        int heads = name.contains(".self_attn.q_proj.") ? queryHeads : name.contains(".self_attn.k_proj.") ? keyHeads : 0;
        return heads == 0 ? weight : unpermute(weight, heads, name.endsWith(".bias"));
    }

    /**
     * The converter to GGUF interleaves the two halves of each head's rows, because llama.cpp rotates neighbours where Hugging
     * Face rotates halves. Row {@code 2i + h} of a head goes back to {@code h * half + i}.
     */
    private DenseWeight unpermute(DenseWeight weight, int heads, boolean vector) {
        int rows = vector ? weight.columns() : weight.rows();
        long rowBytes = weight.data().byteSize() / rows;
        if (rows % (2 * heads) != 0) {
            throw BitRankException.badInput("%s: %d rows do not divide into %d heads".formatted(file.path(), rows, heads));
        }
        int half = rows / heads / 2;
        MemorySegment ordered = MemorySegment.ofArray(new byte[Math.toIntExact(weight.data().byteSize())]);
        for (int row = 0; row < rows; row++) {
            int head = row / (2 * half);
            int inHead = row % (2 * half);
            int target = head * 2 * half + inHead % 2 * half + inHead / 2;
            MemorySegment.copy(weight.data(), row * rowBytes, ordered, target * rowBytes, rowBytes);
        }
        return new DenseWeight(weight.dtype(), weight.rows(), weight.columns(), ordered);
    }

    private GgufFile.Entry entry(String name) {
        GgufFile.Entry tensor = entries.get(name);
        if (tensor == null) {
            throw BitRankException.badInput(file.path() + " holds no tensor " + name);
        }
        return tensor;
    }
}
