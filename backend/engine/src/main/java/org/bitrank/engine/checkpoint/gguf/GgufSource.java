package org.bitrank.engine.checkpoint.gguf;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.gguf.GgufBlocks;
import org.bitrank.engine.gguf.GgufType;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/** The tensors of a GGUF file under their Hugging Face names and in Hugging Face row order. */
public final class GgufSource implements WeightSource {
    /** Frequency factors of the rotary embedding: part of the configuration, not a weight. */
    static final String ROPE_FACTORS = "rope_freqs.weight";

    /** Metadata of files that BitRank wrote: a measured artifact means what its blocks say, to the last bit. */
    static final String WRITER = "general.quantized_by";
    static final String WRITER_NAME = "BitRank";

    /** A code times a float16 scale: the types that float16 checkpoints are handed out in and compared as. */
    private static final Set<GgufType> IN_FLOAT16 = EnumSet.of(GgufType.Q4_0, GgufType.Q4_1, GgufType.Q8_0);

    private final GgufFile file;
    private final SortedMap<String, GgufFile.Entry> entries;
    private final int queryHeads;
    private final int keyHeads;
    private final boolean inFloat16;

    private GgufSource(GgufFile file, SortedMap<String, GgufFile.Entry> entries, int queryHeads, int keyHeads) {
        this.file = file;
        this.entries = entries;
        this.queryHeads = queryHeads;
        this.keyHeads = keyHeads;
        this.inFloat16 = !file.metadata().string(WRITER).equals(Optional.of(WRITER_NAME))
                && file.tensors().values().stream().map(GgufFile.Entry::type).allMatch(type -> type.blockElements() == 1 || IN_FLOAT16.contains(type));
    }

    /** Throws {@code BitRankException} of class UNSUPPORTED for architectures whose tensors are not known here. */
    public static GgufSource of(GgufFile file) {
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
        return TensorInfo.of(name, tensor.shape(), tensor.type().name(), tensor.type().nominalBits(), storedBytes(tensor));
    }

    private static StoredBytes storedBytes(GgufFile.Entry tensor) {
        GgufType type = tensor.type();
        if (type.blockElements() == 1) {
            return StoredBytes.dense(tensor.bytes());
        }
        long blocks = tensor.bytes() / type.blockBytes();
        long codes = blocks * type.codeBytes();
        long minima = blocks * type.minimumBytes();
        return new StoredBytes(0, codes, tensor.bytes() - codes - minima, minima, 0, 0);
    }

    /**
     * As the file stores it, but for files of somebody else that hold no blocks besides {@link #IN_FLOAT16}: those stand for a float16
     * checkpoint, so each of their blocks is decoded in float32 and rounded once to float16 (nearest, ties to even), the numbers that
     * transformers gives for {@code dtype=float16}.
     */
    @Override
    public Weight read(String name) {
        Weight stored = readStored(name);
        return stored instanceof GgufBlocks blocks && inFloat16
                ? DenseWeight.of(blocks.toFloats(), blocks.rows(), blocks.columns(), DType.FLOAT16)
                : stored;
    }

    @Override
    public Weight readStored(String name) {
        return ordered(name, stored(file, entry(name)));
    }

    /** A tensor in the file's own order of rows. */
    static Weight stored(GgufFile file, GgufFile.Entry tensor) {
        GgufType type = tensor.type();
        if (!type.readable()) {
            throw BitRankException.unsupported("%s: tensor %s is stored as %s, which cannot be read; these can: %s"
                    .formatted(file.path(), tensor.name(), type, GgufType.allReadable()));
        }
        TensorInfo info = TensorInfo.of(tensor.name(), tensor.shape(), type.name(), type.nominalBits(), storedBytes(tensor));
        if (type.dtype().isPresent()) {
            return new DenseWeight(type.dtype().get(), info.rows(), info.columns(), file.bytes(tensor));
        }
        return new GgufBlocks(type, info.rows(), info.columns(), file.bytes(tensor));
    }

    private Weight ordered(String name, Weight weight) {
        int heads = name.contains(".self_attn.q_proj.") ? queryHeads : name.contains(".self_attn.k_proj.") ? keyHeads : 0;
        if (heads == 0) {
            return weight;
        }
        return switch (weight) {
            case DenseWeight dense -> {
                int rows = name.endsWith(".bias") ? dense.columns() : dense.rows();
                yield new DenseWeight(dense.dtype(), dense.rows(), dense.columns(), HeadRows.toHalves(dense.data(), rows, heads, file.path()));
            }
            case GgufBlocks blocks -> new GgufBlocks(
                    blocks.type(), blocks.rows(), blocks.columns(), HeadRows.toHalves(blocks.data(), blocks.rows(), heads, file.path()));
            case QuantizedWeight other -> throw new IllegalStateException("GGUF holds no " + other.getClass());
        };
    }

    private GgufFile.Entry entry(String name) {
        GgufFile.Entry tensor = entries.get(name);
        if (tensor == null) {
            throw BitRankException.badInput(file.path() + " holds no tensor " + name);
        }
        return tensor;
    }
}
