package org.bitrank.engine.checkpoint.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.TensorWriter;
import org.bitrank.engine.gguf.ExactBlocks;
import org.bitrank.engine.gguf.GgufBlocks;
import org.bitrank.engine.gguf.GgufType;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import tools.jackson.databind.node.ObjectNode;

/** One {@code model.gguf} as llama.cpp reads it: its names, its order of q's and k's rows, vectors in float32. */
final class GgufTensors implements TensorWriter {
    static final String FILE = "model.gguf";

    private final Path file;
    private final GgufWriter writer;
    private final Map<GgufType, Long> numbers = new TreeMap<>();
    private GgufParameters parameters;
    private Supplier<Map<String, Object>> tokenizer = Map::of;

    GgufTensors(Path directory, ObjectNode config) {
        this.parameters = new GgufParameters(config);
        this.file = directory.resolve(FILE);
        this.writer = GgufWriter.create(file);
    }

    @Override
    public void model(ObjectNode config) {
        parameters = new GgufParameters(config);
    }

    @Override
    public void tokenizer(Supplier<Map<String, Object>> metadata) {
        tokenizer = metadata;
    }

    @Override
    public void put(String name, DenseWeight weight, List<Integer> shape) {
        // llama.cpp multiplies and adds vectors in float32 only.
        DenseWeight stored = shape.size() == 1 && weight.dtype() != DType.FLOAT32
                ? DenseWeight.of(weight.toFloats(), weight.rows(), weight.columns())
                : weight;
        int rows = shape.size() == 1 ? weight.columns() : weight.rows();
        put(name, GgufType.of(stored.dtype()), shape, rows, stored.data());
    }

    @Override
    public long put(String name, QuantizedWeight weight, ActivationScheme activations) {
        ExactBlocks.refusal(weight).ifPresent(reason -> {
            throw StorageFormats.refused(GgufFormat.NAME, name, weight, reason);
        });
        GgufBlocks blocks = ExactBlocks.of(weight);
        put(name, blocks.type(), List.of(blocks.rows(), blocks.columns()), blocks.rows(), blocks.data());
        return blocks.data().byteSize();
    }

    private void put(String name, GgufType type, List<Integer> shape, int rows, MemorySegment data) {
        String known = GgufNames.gguf(name).orElseThrow(() -> BitRankException.unsupported(
                "tensor %s has no place in GGUF; a model of this family does not have it".formatted(name)));
        writer.put(known, type, shape, ordered(name, data, rows));
        if (shape.size() == 2 && known.startsWith("blk.")) {
            numbers.merge(type, data.byteSize(), Long::sum);
        }
    }

    private MemorySegment ordered(String name, MemorySegment data, int rows) {
        if (!parameters.permutesQueriesAndKeys()) {
            return data;
        }
        if (name.contains(".self_attn.q_proj.")) {
            return HeadRows.toPairs(data, rows, parameters.heads(), name);
        }
        return name.contains(".self_attn.k_proj.") ? HeadRows.toPairs(data, rows, parameters.keyValueHeads(), name) : data;
    }

    @Override
    public void describe(ObjectNode config) {
        config.remove("quantization_config");
        model(config);
    }

    @Override
    public List<Path> finish() {
        parameters.frequencyFactors()
                .ifPresent(factors -> writer.put(GgufSource.ROPE_FACTORS, GgufType.F32, List.of((int) (factors.byteSize() / Float.BYTES)), factors));
        Map<String, Object> metadata = parameters.metadata(fileType());
        metadata.putAll(tokenizer.get());
        writer.finish(metadata);
        writer.close();
        return List.of(file);
    }

    /** llama.cpp's number for a file that is mostly of one type. */
    private int fileType() {
        GgufType most = numbers.entrySet().stream().max(Comparator.comparing(Map.Entry::getValue)).map(Map.Entry::getKey).orElse(GgufType.F16);
        return switch (most) {
            case F32 -> 0;
            case Q4_0 -> 2;
            case Q4_1 -> 3;
            case Q8_0 -> 7;
            case Q5_0 -> 8;
            case Q5_1 -> 9;
            case Q2_K -> 10;
            case Q3_K -> 11;
            // With some matrices in Q6_K it is a mix: Q4_K_M, Q5_K_M.
            case Q4_K -> numbers.containsKey(GgufType.Q6_K) ? 15 : 14;
            case Q5_K -> numbers.containsKey(GgufType.Q6_K) ? 17 : 16;
            case Q6_K -> 18;
            case IQ4_NL -> 25;
            case IQ3_S -> 26;
            case IQ4_XS -> 30;
            case BF16 -> 32;
            case TQ1_0 -> 36;
            case TQ2_0 -> 37;
            case MXFP4 -> 38;
            default -> 1;
        };
    }

    @Override
    public void close() {
        writer.close();
    }
}
