package org.bitrank.engine.checkpoint;

import java.nio.file.Path;
import java.util.Optional;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** A form in which checkpoints are stored. One class a format; {@link StorageFormats} lists them. */
public interface StorageFormat {
    /** The name on the command line and in recipes. */
    String name();

    /** For {@code bitrank formats}: what it is and which widths and types it has. */
    String description();

    boolean readable();

    boolean writable();

    /** Whether quantized matrices can be written in it: what a recipe's {@code format} may name. */
    default boolean quantized() {
        return writable();
    }

    /** Whether it says that keys and values are kept in float8 under stored scales, where the base does. */
    default boolean keepsKeyValues() {
        return false;
    }

    /** Why it cannot hold the matrix, to follow "because"; empty where it can. */
    Optional<String> refusal(QuantizedWeight weight);

    /** Why it cannot hold a model of this configuration, whatever its matrices; empty where it can. */
    default Optional<String> refusal(ObjectNode config) {
        return Optional.empty();
    }

    /**
     * The weight files of a new artifact.
     *
     * @param directory to write into; it becomes the artifact when whole
     * @param shardBytes after how many bytes a new file is begun, where the format allows several
     */
    TensorWriter begin(Path directory, Checkpoint base, long shardBytes);
}
