package org.bitrank.engine.checkpoint.bitrank;

import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.WritableLayout;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.DType;

/** One of our own layouts: one for each kind of matrix. */
interface BitrankLayout extends WritableLayout {
    @Override
    default String format() {
        return BitrankFormat.NAME;
    }

    /** The kind of matrix, for {@code config.json} and people: {@code partly-binary}. */
    String kind();

    /** The class of matrices that it holds. */
    Class<? extends QuantizedWeight> type();

    @Override
    default boolean holds(SafetensorsParts parts) {
        return true;
    }

    @Override
    default Optional<String> refusal(QuantizedWeight weight) {
        return type().isInstance(weight) ? Optional.empty() : Optional.of("it is of another kind");
    }

    /** Float numbers in the type in which they are stored; no numbers are no tensor. */
    static void writeFloats(SafetensorsWriter file, String name, float[] values, DType type, Integer... shape) {
        if (values.length > 0) {
            file.put(name, type, List.of(shape), DenseWeight.of(values, 1, values.length, type).data());
        }
    }

    static float[] readFloats(SafetensorsParts parts, String part, Integer... shape) {
        if (List.of(shape).contains(0)) {
            return new float[0];
        }
        parts.requireFloats(part, List.of(shape));
        return parts.floats(part);
    }
}
