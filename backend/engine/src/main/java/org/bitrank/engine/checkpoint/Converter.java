package org.bitrank.engine.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.gguf.GgufFormat;
import org.bitrank.engine.checkpoint.gguf.GgufTarget;
import org.bitrank.engine.checkpoint.safetensors.DenseFormat;
import org.bitrank.engine.checkpoint.ternary.TernaryMatrix;
import org.bitrank.engine.gguf.ExactBlocks;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.engine.weights.Weights;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import tools.jackson.databind.node.ObjectNode;

/** Writes a checkpoint in another form, tensor by tensor. */
public final class Converter {
    private static final String WEIGHT = ".weight";

    private final Checkpoint source;
    private final SortedMap<String, byte[]> files;
    private final Progress progress;
    /** Ways of rounding inputs that the target has no words for, with the number of layers. */
    private final Map<String, Integer> dropped = new TreeMap<>();
    private boolean keyValuesDropped;

    /** @param files to lie beside the weights, besides those that lie beside the source's */
    public Converter(Checkpoint source, SortedMap<String, byte[]> files, Progress progress) {
        this.source = source;
        this.files = files;
        this.progress = progress;
    }

    /**
     * Unquantized: every tensor that is there, decoded in float32 and rounded once.
     *
     * @param dtype of all tensors; null leaves unquantized ones as they are and decodes the others to the type that the
     *     configuration names
     */
    public Artifact toDense(Path output, DType dtype) {
        keyValues(new DenseFormat());
        try (var writer = ArtifactWriter.begin(output, source, new DenseFormat())) {
            long done = 0;
            for (String name : source.weights().names()) {
                progress.checkCancelled();
                progress.report("convert", ++done, source.weights().names().size());
                if (name.endsWith(WEIGHT)) {
                    source.activations(name.substring(0, name.length() - WEIGHT.length())).ifPresent(scheme -> dropped.merge(scheme.text(), 1, Integer::sum));
                }
                writer.put(name, dense(name, dtype));
            }
            if (dtype != null) {
                writer.declareDtype(dtype.name().toLowerCase(Locale.ROOT));
            }
            files.forEach(writer::addFile);
            return writer.finish(manifest("dense"));
        }
    }

    private DenseWeight dense(String name, DType dtype) {
        TensorInfo info = source.weights().info(name);
        if (!info.quantized()) {
            Weight stored = source.weights().read(name);
            Weights.requireFinite(name, stored);
            if (stored instanceof DenseWeight same && (dtype == null || same.dtype() == dtype)) {
                return same;
            }
        }
        DType wanted = dtype == null ? declared() : dtype;
        DenseWeight exact = DenseWeight.of(source.weights().readExactly(name), info.rows(), info.columns());
        Weights.requireFinite(name, exact);
        DenseWeight rounded = DenseWeight.of(exact.toFloats(), info.rows(), info.columns(), wanted);
        try {
            Weights.requireFinite(name, rounded);
        } catch (BitRankException tooLarge) {
            throw BitRankException.badInput("tensor %s holds numbers that are too large for %s; choose --dtype bfloat16 or float32"
                    .formatted(name, wanted.name().toLowerCase(Locale.ROOT)));
        }
        return rounded;
    }

    private DType declared() {
        ObjectNode config = source.config();
        return switch (config.path("dtype").asString(config.path("torch_dtype").asString(""))) {
            case "float32" -> DType.FLOAT32;
            case "bfloat16" -> DType.BFLOAT16;
            default -> DType.FLOAT16;
        };
    }

    /**
     * In another format, code for code: what it cannot hold is refused. The layout is that of the format's current release,
     * whichever release wrote the source. In an unquantized checkpoint, matrices that were trained ternary become codes that
     * decode to exactly the same numbers; one in which there are neither is refused.
     */
    public Artifact to(StorageFormat format, Path output) {
        boolean quantized = quantized();
        if (!quantized && source.weights().names().stream().noneMatch(name -> mayBeTernary(name) && ternary(name))) {
            throw BitRankException.unsupported("%s holds no codes that %s could store; quantize it first (bitrank quantize)"
                    .formatted(source.path(), format.name()));
        }
        keyValues(format);
        try (var writer = ArtifactWriter.begin(output, source, format)) {
            long done = 0;
            for (String name : source.weights().names()) {
                progress.checkCancelled();
                progress.report("convert", ++done, source.weights().names().size());
                Weight weight = source.weights().readStored(name);
                Weights.requireFinite(name, weight);
                if (!quantized && mayBeTernary(name) && weight instanceof DenseWeight dense) {
                    weight = TernaryMatrix.of(dense).<Weight>map(found -> found).orElse(dense);
                }
                if (weight instanceof QuantizedWeight coded && name.endsWith(WEIGHT)) {
                    String linear = name.substring(0, name.length() - WEIGHT.length());
                    source.activations(linear)
                            .filter(scheme -> !writer.quantizesInputs(linear, scheme, coded))
                            .ifPresent(scheme -> dropped.merge(scheme.text(), 1, Integer::sum));
                }
                writer.put(name, weight);
            }
            files.forEach(writer::addFile);
            return writer.finish(manifest(format.name()));
        }
    }

    /** What the source says and the artifact does not, once it is written; in words, empty where it says all. */
    public List<String> losses() {
        var losses = new ArrayList<String>();
        dropped.forEach((scheme, layers) ->
                losses.add("the inputs of %d layers are no longer rounded to %s: the format has no words for it".formatted(layers, scheme)));
        if (keyValuesDropped) {
            losses.add("keys and values are no longer rounded to float8: the format has no words for it");
        }
        return losses;
    }

    /** Remembers that the source's float8 keys and values have no words in the target. */
    private void keyValues(StorageFormat format) {
        keyValuesDropped = !format.keepsKeyValues() && roundsKeyValues();
    }

    private boolean roundsKeyValues() {
        WeightSource weights = source.weights();
        return weights.names().stream()
                .filter(name -> name.endsWith(WEIGHT))
                .anyMatch(name -> weights.keyValueScales(name.substring(0, name.length() - WEIGHT.length())).isPresent());
    }

    private boolean quantized() {
        WeightSource weights = source.weights();
        return weights.names().stream().anyMatch(name -> weights.info(name).quantized());
    }

    private boolean ternary(String name) {
        return source.weights().read(name) instanceof DenseWeight dense && TernaryMatrix.of(dense).isPresent();
    }

    private boolean mayBeTernary(String name) {
        return name.endsWith(WEIGHT) && !name.contains("embed") && source.weights().info(name).shape().size() == 2;
    }

    /**
     * As one GGUF file with its tokenizer. Matrices that were trained ternary become ternary blocks, unless a type is asked for.
     *
     * @param type of linear layers ({@code q8_0}, {@code f16} …) or a mix ({@code q4_k_m}), which has a type for every matrix; null
     *     leaves codes as they are and refuses what GGUF cannot hold
     * @param dtype of the embedding, the head and other matrices that are not to be quantized; null leaves them as they are
     * @param tokenizer what GGUF's metadata say of the model's tokenizer
     */
    public Artifact toGguf(Path output, String type, DType dtype, Supplier<Map<String, Object>> tokenizer) {
        var target = new GgufTarget(source.config(), type, dtype);
        boolean ternary = type == null && !quantized();
        if (roundsKeyValues()) {
            throw BitRankException.unsupported("%s quantizes keys and values (kv_cache_scheme), which GGUF cannot say; choose another format".formatted(source.path()));
        }
        try (var writer = ArtifactWriter.begin(output, source, new GgufFormat())) {
            long done = 0;
            for (String name : source.weights().names()) {
                progress.checkCancelled();
                progress.report("convert", ++done, source.weights().names().size());
                Weight weight = target.weight(name, source.weights());
                if (weight instanceof QuantizedWeight) {
                    requireNoActivations(name);
                }
                if (ternary && mayBeTernary(name) && weight instanceof DenseWeight dense) {
                    weight = TernaryMatrix.of(dense).filter(found -> ExactBlocks.refusal(found).isEmpty()).<Weight>map(found -> found).orElse(dense);
                }
                writer.put(name, weight);
            }
            files.forEach(writer::addFile);
            writer.tokenizer(tokenizer);
            ObjectNode manifest = manifest(GgufFormat.NAME);
            target.note(manifest.withObject("converted"));
            return writer.finish(manifest);
        }
    }

    private void requireNoActivations(String name) {
        if (name.endsWith(WEIGHT) && source.activations(name.substring(0, name.length() - WEIGHT.length())).isPresent()) {
            throw BitRankException.unsupported("%s quantizes the inputs of its layers, which GGUF cannot say; choose another format".formatted(source.path()));
        }
    }

    private ObjectNode manifest(String format) {
        ObjectNode manifest = Json.MAPPER.createObjectNode();
        ObjectNode converted = manifest.putObject("converted");
        converted.put("from", source.format()).put("to", format).put("source_sha256", source.sha256());
        if (!losses().isEmpty()) {
            losses().forEach(converted.putArray("lost")::add);
        }
        return manifest;
    }
}
