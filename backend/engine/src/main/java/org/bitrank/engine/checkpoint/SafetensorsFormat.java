package org.bitrank.engine.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.weights.QuantizedWeight;

/** A format that keeps quantized matrices in safetensors files, in one of its layouts each. */
interface SafetensorsFormat extends StorageFormat {
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

    /** The reason of the first layout, which is the usual one, where none can hold it. */
    @Override
    default Optional<String> refusal(QuantizedWeight weight) {
        Optional<String> first = Optional.empty();
        for (WritableLayout layout : layouts()) {
            Optional<String> refusal = layout.refusal(weight);
            if (refusal.isEmpty()) {
                return refusal;
            }
            first = first.or(() -> refusal);
        }
        return first.or(() -> Optional.of("it is read only"));
    }

    @Override
    default TensorWriter begin(Path directory, Checkpoint base, long shardBytes) {
        return new SafetensorsTensors(directory, base, shardBytes, writer());
    }
}
