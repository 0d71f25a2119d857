package org.bitrank.engine.checkpoint.safetensors;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.StorageFormat;
import org.bitrank.engine.checkpoint.TensorWriter;
import org.bitrank.engine.weights.QuantizedWeight;

/** A format that keeps quantized matrices in safetensors files, in one of its layouts each. */
public interface SafetensorsFormat extends StorageFormat {
    /** In which it writes; the first that can hold a matrix is taken. */
    List<? extends WritableLayout> layouts();

    /** For one artifact. */
    MatrixWriter writer();

    @Override
    default boolean readable() {
        return true;
    }

    @Override
    default boolean writable() {
        return !layouts().isEmpty();
    }

    @Override
    default Optional<String> refusal(QuantizedWeight weight) {
        return layouts().isEmpty() ? Optional.of("it is read only") : refusal(layouts(), weight);
    }

    /** The reasons of all layouts, each once, where none can hold the matrix. */
    static Optional<String> refusal(List<? extends WritableLayout> layouts, QuantizedWeight weight) {
        var reasons = new LinkedHashSet<String>();
        for (WritableLayout layout : layouts) {
            Optional<String> refusal = layout.refusal(weight);
            if (refusal.isEmpty()) {
                return refusal;
            }
            reasons.add(refusal.get());
        }
        return Optional.of(String.join(", and ", reasons));
    }

    @Override
    default TensorWriter begin(Path directory, Checkpoint base, long shardBytes) {
        return new SafetensorsTensors(directory, base, shardBytes, writer());
    }
}
