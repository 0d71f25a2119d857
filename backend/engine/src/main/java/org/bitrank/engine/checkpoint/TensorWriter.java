package org.bitrank.engine.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** The weight files of one artifact, written tensor by tensor: what {@link ArtifactWriter} leaves to the format. */
public interface TensorWriter extends AutoCloseable {
    /** @param shape as the base has it; a vector has one dimension */
    void put(String name, DenseWeight weight, List<Integer> shape);

    /**
     * @param activations how the layer's inputs are quantized, or null where they are not
     * @return bytes stored for the matrix
     * @throws org.bitrank.kernels.BitRankException of class UNSUPPORTED when the format cannot hold it
     */
    long put(String name, QuantizedWeight weight, ActivationScheme activations);

    /** Whether the format can say that the inputs of a layer with this weight are quantized so. */
    default boolean says(ActivationScheme scheme, QuantizedWeight weight) {
        return false;
    }

    /**
     * The configuration of what is going to be put, where it is not the base's.
     *
     * @throws org.bitrank.kernels.BitRankException of class UNSUPPORTED when the format cannot say it
     */
    default void model(ObjectNode config) {}

    /**
     * How the model's tokenizer is told in GGUF's metadata, for formats whose files hold one.
     *
     * @param metadata asked for once, before {@link #finish}, if at all
     */
    default void tokenizer(Supplier<Map<String, Object>> metadata) {}

    /** Completes the files, in the order in which their checksum is taken. */
    List<Path> finish();

    /** Says in {@code config.json} what readers need to know; called before {@link #finish}, after everything was put. */
    void describe(ObjectNode config);

    /** Releases what is open; without {@link #finish} nothing useful remains. */
    @Override
    void close();
}
