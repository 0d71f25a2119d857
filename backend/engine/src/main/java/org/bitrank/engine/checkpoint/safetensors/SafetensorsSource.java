package org.bitrank.engine.checkpoint.safetensors;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.bitrank.engine.checkpoint.QuantizationConfig;
import org.bitrank.engine.checkpoint.StoredKeyValues;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.checkpoint.ternary.BitNet;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.InputNorm;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.BitRankException;

/** Unquantized tensors, and quantized matrices in whichever layout their tensors show. */
public final class SafetensorsSource implements WeightSource {
    /** What layouts call scales that multiply codes. */
    private static final Set<String> SCALES = Set.of("weight_scale", "scale_packed", "scales");

    /** One quantized matrix. */
    public record Matrix(MatrixLayout layout, SafetensorsParts parts) {
        TensorInfo info() {
            return fitting(layout::info);
        }

        Weight read() {
            Weight weight = fitting(layout::read);
            layout.parts().stream().filter(part -> part.contains("scale")).forEach(this::requireFinite);
            return weight;
        }

        /** A scale that is no number spoils many weights: it is to be named itself, before they are. */
        private void requireFinite(String part) {
            if (!parts.has(part) || !SafetensorsParts.isFloat(parts.require(part))) {
                return;
            }
            float[] numbers = parts.floats(part);
            List<Integer> shape = parts.require(part).shape();
            for (int i = 0; i < numbers.length; i++) {
                if (!Float.isFinite(numbers[i])) {
                    String at = shape.size() == 2 ? "[%d, %d]".formatted(i / shape.get(1), i % shape.get(1)) : "[%d]".formatted(i);
                    throw BitRankException.badInput("%s: tensor %s holds NaN or infinity, first at %s; the checkpoint is damaged, get it again"
                            .formatted(parts.set().holders().get(parts.name(part)).path(), parts.name(part), at));
                }
            }
        }

        public Optional<String> note() {
            return fitting(layout::note);
        }

        /** Whether one of its scales is below zero. */
        public boolean scalesBelowZero() {
            return fitting(all -> layout.parts().stream().filter(SCALES::contains).anyMatch(this::belowZero));
        }

        private boolean belowZero(String part) {
            if (!parts.has(part) || !SafetensorsParts.isFloat(parts.require(part))) {
                return false;
            }
            for (float scale : parts.floats(part)) {
                if (scale < 0) {
                    return true;
                }
            }
            return false;
        }

        /** Layouts name the tensor that is wrong. Where only several together are, such as sizes whose product overflows, this names the module. */
        private <T> T fitting(Function<SafetensorsParts, T> reading) {
            try {
                return reading.apply(parts);
            } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException | NegativeArraySizeException misfit) {
                throw BitRankException.badInput("the tensors of %s do not fit one another (%s); the checkpoint is damaged, get it again"
                        .formatted(parts.module(), misfit.getMessage()), misfit);
            }
        }
    }

    private final SafetensorsSet set;
    private final QuantizationConfig quantization;
    private final Map<String, Matrix> matrices = new HashMap<>();
    private final SortedSet<String> names = new TreeSet<>();
    private final SortedSet<String> hidden = new TreeSet<>();

    public SafetensorsSource(SafetensorsSet set, QuantizationConfig quantization) {
        this.set = set;
        this.quantization = quantization;
        var consumed = new HashSet<String>();
        for (String name : set.holders().keySet()) {
            recognise(name, consumed);
        }
        for (String name : set.holders().keySet()) {
            if (!consumed.contains(name)) {
                names.add(name);
                if (matrices.containsKey(name)) {
                    hidden.add(name);
                }
            }
        }
        names.addAll(matrices.keySet());
    }

    /** The first layout that takes the module whose mark this is. */
    private void recognise(String name, Set<String> consumed) {
        for (MatrixLayout layout : MatrixLayouts.ALL) {
            if (!name.endsWith("." + layout.mark())) {
                continue;
            }
            var parts = new SafetensorsParts(set, name.substring(0, name.length() - layout.mark().length() - 1), quantization);
            if (!matrices.containsKey(parts.weightName()) && layout.holds(parts)) {
                matrices.put(parts.weightName(), new Matrix(layout, parts));
                layout.parts().forEach(part -> consumed.add(parts.name(part)));
                StoredActivations.PARTS.forEach(part -> consumed.add(parts.name(part)));
            }
        }
    }

    /** How the inputs of a linear layer are to be quantized. */
    @Override
    public Optional<ActivationScheme> activations(String linear) {
        Matrix matrix = matrices.get(linear + ".weight");
        return matrix == null ? Optional.empty() : StoredActivations.of(matrix.parts());
    }

    @Override
    public Optional<KeyValueScales> keyValueScales(String linear) {
        return StoredKeyValues.of(set, quantization, linear);
    }

    @Override
    public Optional<InputNorm> inputNorm(String linear) {
        Matrix matrix = matrices.get(linear + ".weight");
        return matrix == null ? Optional.empty() : BitNet.inputNorm(matrix.parts());
    }

    /** Quantized matrices by the name of their weight. */
    public Map<String, Matrix> matrices() {
        return Collections.unmodifiableMap(matrices);
    }

    /** Unquantized tensors that nobody can read, because the files hold the same matrix in codes, which count. */
    public SortedSet<String> hidden() {
        return Collections.unmodifiableSortedSet(hidden);
    }

    @Override
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(names);
    }

    @Override
    public TensorInfo info(String name) {
        Matrix matrix = matrices.get(name);
        return matrix == null ? SafetensorsFile.info(set.tensor(name)) : matrix.info();
    }

    @Override
    public Weight read(String name) {
        Matrix matrix = matrices.get(name);
        return matrix == null ? set.dense(name) : matrix.read();
    }
}
