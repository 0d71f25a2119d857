package org.bitrank.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsSource;
import org.bitrank.engine.checkpoint.ternary.TernaryMatrix;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupedWeight;

/** What a reader had to decide that the files do not say outright, and what they hide. */
final class CheckpointNotes {
    private CheckpointNotes() {}

    /** Sentences, each once, with the number of matrices that it is true of. */
    static List<String> of(SafetensorsSource source, QuantizationConfig quantization) {
        var counts = new TreeMap<String, Integer>();
        source.matrices().values().forEach(matrix -> matrix.note().ifPresent(note -> counts.merge(note, 1, Integer::sum)));
        var notes = new ArrayList<String>();
        counts.forEach((note, count) -> notes.add("%s (%d of %d matrices)".formatted(note, count, source.matrices().size())));
        hidden(source).ifPresent(notes::add);
        long negative = source.matrices().values().stream().filter(SafetensorsSource.Matrix::scalesBelowZero).count();
        if (negative > 0) {
            notes.add("scales below zero, which turn codes around: legal, and rare (%d of %d matrices)".formatted(negative, source.matrices().size()));
        }
        keyValues(source, quantization).ifPresent(notes::add);
        if (source.matrices().isEmpty()) {
            ternary(source).ifPresent(notes::add);
        }
        return List.copyOf(notes);
    }

    /** Matrices that are there twice. */
    private static Optional<String> hidden(SafetensorsSource source) {
        return source.hidden().isEmpty()
                ? Optional.empty()
                : Optional.of("stored both in codes and unquantized, of which the codes count: %s%s".formatted(
                        source.hidden().first(), source.hidden().size() == 1 ? "" : " and %d more".formatted(source.hidden().size() - 1)));
    }

    /** A scheme of compressed-tensors or ModelOpt that is not applied. */
    private static Optional<String> keyValues(SafetensorsSource source, QuantizationConfig quantization) {
        return StoredKeyValues.scheme(quantization).flatMap(scheme -> {
            String wish = "config.json wants the KV cache in %s%d (kv_cache_scheme), which is not done here".formatted(
                    scheme.path("type").asString("int"), scheme.path("num_bits").asInt(8));
            if (!StoredKeyValues.applied(scheme)) {
                return Optional.of(wish + " (float8 and symmetric integers under stored scales, one a tensor or a head, are): keys and values stay as they are computed");
            }
            return source.names().stream().anyMatch(StoredKeyValues::isKeyScale)
                    ? Optional.empty()
                    : Optional.of(wish + " because the files hold no scales for it: keys and values stay as they are computed");
        });
    }

    /** Looks at one matrix: a model is ternary in all its layers or in none. */
    private static Optional<String> ternary(SafetensorsSource source) {
        return source.names().stream()
                .filter(name -> name.endsWith("_proj.weight") && source.info(name).shape().size() == 2)
                .findFirst()
                .flatMap(name -> source.read(name) instanceof DenseWeight dense ? TernaryMatrix.of(dense) : Optional.<GroupedWeight>empty())
                .map(found -> "the matrices are ternary, with %d scale%s each; bitrank convert --format ternary packs them exactly"
                        .formatted(found.scales().count(), found.scales().count() == 1 ? "" : "s"));
    }
}
