package org.bitrank.engine.checkpoint.gguf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bitrank.engine.NearNames;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.gguf.GgufBlocks;
import org.bitrank.engine.gguf.GgufMix;
import org.bitrank.engine.gguf.GgufType;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.engine.weights.Weights;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import tools.jackson.databind.node.ObjectNode;

/** Which type each matrix gets when a model is converted to GGUF. */
public final class GgufTarget {
    private final ObjectNode config;
    private final String label;
    private final DType dtype;
    private final Optional<GgufMix> mix;
    private final Optional<GgufType> type;
    /** Matrices that could not have the type that was asked for, and what they got. */
    private final Map<String, String> fallbacks = new TreeMap<>();

    /** @param label null: nothing is coded anew */
    public GgufTarget(ObjectNode config, String label, DType dtype) {
        this.config = config;
        this.label = label == null ? null : label.toLowerCase(Locale.ROOT);
        this.dtype = dtype;
        this.mix = label == null ? Optional.empty() : GgufMix.named(this.label);
        this.type = label == null ? Optional.empty() : GgufType.named(this.label).filter(found -> types().contains(found));
        if (label != null && mix.isEmpty() && type.isEmpty()) {
            List<String> known = new ArrayList<>();
            types().forEach(each -> known.add(each.label()));
            Arrays.stream(GgufMix.values()).forEach(each -> known.add(each.label()));
            throw BitRankException.badInput("the type '%s' of GGUF is %s".formatted(label, NearNames.unknown(this.label, known)));
        }
    }

    private static List<GgufType> types() {
        return Stream.concat(Stream.of(GgufType.F32, GgufType.F16, GgufType.BF16), GgufType.quantizable()).toList();
    }

    public Weight weight(String name, WeightSource weights) {
        TensorInfo info = weights.info(name);
        GgufType wanted = info.shape().size() < 2 ? null : wanted(name);
        if (wanted == null) {
            Weight stored = weights.readStored(name);
            Weights.requireFinite(name, stored);
            return stored;
        }
        GgufType used = wanted.fitting(info.columns()).orElse(GgufType.F16);
        if (used != wanted) {
            fallbacks.put(name, used.label());
        }
        float[] exact = weights.readExactly(name);
        Weights.requireFinite(name, DenseWeight.of(exact, info.rows(), info.columns()));
        if (used.dtype().isEmpty()) {
            return GgufBlocks.quantize(used, exact, info.rows(), info.columns());
        }
        DenseWeight rounded = DenseWeight.of(exact, info.rows(), info.columns(), used.dtype().get());
        requireRange(name, rounded, used);
        return rounded;
    }

    private static void requireRange(String name, DenseWeight rounded, GgufType type) {
        try {
            Weights.requireFinite(name, rounded);
        } catch (BitRankException tooLarge) {
            throw BitRankException.badInput("tensor %s holds numbers that are too large for %s; choose bf16 or f32".formatted(name, type.label()));
        }
    }

    /** Null where the tensor stays as it is stored. */
    private GgufType wanted(String name) {
        if (mix.isPresent()) {
            int heads = config.path("num_attention_heads").asInt();
            boolean grouped = config.path("num_key_value_heads").asInt(heads) != heads;
            return mix.get().of(name, config.path("num_hidden_layers").asInt(), grouped, config.path("tie_word_embeddings").asBoolean(false));
        }
        boolean inBlock = GgufNames.gguf(name).filter(known -> known.startsWith("blk.")).isPresent();
        boolean floats = type.flatMap(GgufType::dtype).isPresent();
        if (type.isPresent() && (inBlock || floats && dtype == null)) {
            return type.get();
        }
        return inBlock || dtype == null ? null : GgufType.of(dtype);
    }

    public void note(ObjectNode converted) {
        if (label != null) {
            converted.put("type", label);
        }
        if (!fallbacks.isEmpty()) {
            ObjectNode node = converted.putObject("other_types");
            fallbacks.forEach(node::put);
        }
    }
}
