package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.measure.Tower;
import org.bitrank.engine.model.HadamardTransform;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.OnlineSteps;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.engine.weights.Weights;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tensors of a model of LLaMA's shape in rotated coordinates. It computes what the model does:
 *
 * <ul>
 *   <li>norms' gains are multiplied into the layers behind them, so that rotations pass through the norms
 *   <li>the residual stream is turned by random signs and a Hadamard matrix: embedding, head, everything that reads it by its
 *       columns, {@code o_proj} and {@code down_proj} by their rows
 *   <li>every value head is turned by a Hadamard matrix, and {@code o_proj} turns it back; the inputs of {@code o_proj} across
 *       heads and those of {@code down_proj} are turned while the model runs
 * </ul>
 *
 * Of a vision-language model the language model is rotated, and what the projector gives it. Tied embeddings are untied. Tensors are computed in float64 as they are read, and rounded to the model's own type.
 * What the files say of rounding layers' inputs was found for unrotated ones, and is not passed on.
 */
final class RotatedModel implements WeightSource {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";
    private static final String WEIGHT = ".weight";
    private static final String OUTPUT = ".o_proj" + WEIGHT;
    private static final String FINAL_NORM = "model.norm.weight";
    /** What a vision-language model puts into the residual stream beside words: the projector's last layer, and the ends of rows. */
    private static final Set<String> PROJECTED = Set.of("multi_modal_projector.linear_2", "multi_modal_projector.linear");
    private static final String NEWLINE = "image_newline";

    private final WeightSource source;
    private final Rotation residual;
    private final Rotation values;
    private final Rotation outputInput;
    private final Rotation downInput;
    private final boolean tied;

    private RotatedModel(WeightSource source, Rotation residual, Rotation values, Rotation outputInput, Rotation downInput, boolean tied) {
        this.source = source;
        this.residual = residual;
        this.values = values;
        this.outputInput = outputInput;
        this.downInput = downInput;
        this.tied = tied;
    }

    static ModelRewrite of(ModelRewrite model, int seed, boolean rotateKeys) {
        ObjectNode json = model.config().deepCopy();
        ModelConfig config = ModelConfig.of(json);
        LlamaShape.require(config, "quarot rotates");
        OnlineSteps present = config.online();
        if (present.inputs().stream().anyMatch(rule -> rule.transform() != null) || present.queriesAndKeys() != null) {
            throw BitRankException.badInput("the model is rotated already; quarot can be applied once");
        }
        refuseStoredKeyValues(model.weights());
        HadamardTransform head = HadamardTransform.ofRow(config.headSize());
        HadamardTransform acrossHeads = HadamardTransform.exists(config.heads())
                ? new HadamardTransform(config.heads(), config.headSize())
                : HadamardTransform.ofRow(config.queryWidth());
        HadamardTransform down = HadamardTransform.ofRow(config.intermediateSize());
        var rotated = new RotatedModel(
                model.weights(),
                Rotation.withSigns(config.hiddenSize(), seed),
                Rotation.of(head),
                Rotation.of(head, acrossHeads),
                Rotation.of(down),
                config.tiedEmbeddings());
        var rules = List.of(
                new OnlineSteps.InputRule(List.of("o_proj"), acrossHeads, null), new OnlineSteps.InputRule(List.of("down_proj"), down, null));
        var steps = new OnlineSteps(concat(present.inputs(), rules), rotateKeys ? head : null, present.keyValues(), present.integerBits());
        json.put("tie_word_embeddings", false);
        if (json.get("text_config") instanceof ObjectNode text) {
            text.put("tie_word_embeddings", false);
        }
        json.set(OnlineSteps.KEY, steps.toJson());
        return new ModelRewrite(rotated, json);
    }

    /** An artifact keeps them, and its keys and values are others. */
    private static void refuseStoredKeyValues(WeightSource weights) {
        for (String name : weights.names()) {
            if (name.endsWith(OUTPUT) && weights.keyValueScales(name.substring(0, name.length() - WEIGHT.length())).isPresent()) {
                throw BitRankException.unsupported("quarot rotates keys and values, and the checkpoint has scales for unrotated ones;"
                        + " take kv_cache_scheme out of the quantization_config of its config.json, and say kv-cache in the recipe instead");
            }
        }
    }

    private static List<OnlineSteps.InputRule> concat(List<OnlineSteps.InputRule> present, List<OnlineSteps.InputRule> more) {
        var all = new ArrayList<>(present);
        all.addAll(more);
        return all;
    }

    @Override
    public SortedSet<String> names() {
        if (!tied) {
            return source.names();
        }
        var names = new TreeSet<>(source.names());
        names.add(HEAD);
        return Collections.unmodifiableSortedSet(names);
    }

    @Override
    public TensorInfo info(String name) {
        if (tied && name.equals(HEAD)) {
            TensorInfo info = source.info(EMBEDDING);
            return new TensorInfo(HEAD, info.shape(), info.rows(), info.columns(), info.encoding(), info.bits(), info.stored());
        }
        return source.info(name);
    }

    @Override
    public Weight read(String name) {
        Weight weight = source.read(tied && name.equals(HEAD) ? EMBEDDING : name);
        if (isNorm(name)) {
            return ones(weight);
        }
        float[] numbers = rotated(name, weight);
        if (numbers == null) {
            return weight;
        }
        DenseWeight dense = DenseWeight.of(numbers, weight.rows(), weight.columns(), type(weight));
        Weights.requireFinite(name, dense);
        return dense;
    }

    /** Null where the tensor stays as it is. */
    private float[] rotated(String name, Weight weight) {
        int columns = weight.columns();
        if (name.equals(EMBEDDING)) {
            return residual.ofRows(weight.toFloats(), columns);
        }
        if (name.equals(HEAD)) {
            return residual.ofRows(scaled(weight.toFloats(), FINAL_NORM), columns);
        }
        boolean bias = name.endsWith(".bias");
        if (Tower.of(name) != Tower.LANGUAGE) {
            // What is made of a picture enters the residual stream as the embeddings of words do.
            boolean projected = PROJECTED.contains(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
            return name.equals(NEWLINE) || projected && bias
                    ? residual.ofRows(weight.toFloats(), columns)
                    : projected ? residual.ofColumns(weight.toFloats(), columns) : null;
        }
        String layer = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        String block = layer.substring(0, Math.max(0, layer.lastIndexOf('.', layer.lastIndexOf('.') - 1)) + 1);
        return switch (layer.substring(layer.lastIndexOf('.') + 1)) {
            case "q_proj", "k_proj" -> bias ? null : residual.ofRows(scaled(weight.toFloats(), block + "input_layernorm.weight"), columns);
            case "v_proj" -> bias
                    ? values.ofRows(weight.toFloats(), columns)
                    : values.ofColumns(residual.ofRows(scaled(weight.toFloats(), block + "input_layernorm.weight"), columns), columns);
            case "gate_proj", "up_proj" -> bias
                    ? null
                    : residual.ofRows(scaled(weight.toFloats(), block + "post_attention_layernorm.weight"), columns);
            case "o_proj" -> written(weight, outputInput, bias);
            case "down_proj" -> written(weight, downInput, bias);
            default -> null;
        };
    }

    /** A layer that writes to the residual stream. */
    private float[] written(Weight weight, Rotation input, boolean bias) {
        return bias
                ? residual.ofRows(weight.toFloats(), weight.columns())
                : residual.ofColumns(input.ofRows(weight.toFloats(), weight.columns()), weight.columns());
    }

    private float[] scaled(float[] matrix, String norm) {
        float[] gain = source.read(norm).toFloats();
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] *= gain[i % gain.length];
        }
        return matrix;
    }

    private static boolean isNorm(String name) {
        return name.equals(FINAL_NORM) || name.endsWith(".input_layernorm.weight") || name.endsWith(".post_attention_layernorm.weight");
    }

    private static Weight ones(Weight gain) {
        var ones = new float[gain.columns()];
        java.util.Arrays.fill(ones, 1);
        return DenseWeight.of(ones, gain.rows(), gain.columns(), type(gain));
    }

    private static DType type(Weight weight) {
        return weight instanceof DenseWeight dense ? dense.dtype() : DType.FLOAT16;
    }
}
