package org.bitrank.engine.checkpoint.safetensors;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.StorageFormat;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.TensorWriter;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** Unquantized safetensors. */
public final class DenseFormat implements StorageFormat {
    static final String NAME = "dense";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Hugging Face directory with unquantized safetensors: float32, float16, bfloat16; sharded or not.";
    }

    @Override
    public boolean readable() {
        return true;
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public boolean quantized() {
        return false;
    }

    @Override
    public Optional<String> refusal(QuantizedWeight weight) {
        return Optional.of("it has unquantized numbers only");
    }

    @Override
    public TensorWriter begin(Path directory, Checkpoint base, long shardBytes) {
        return new SafetensorsTensors(directory, base, shardBytes, new NoMatrices());
    }

    private static final class NoMatrices implements MatrixWriter {
        @Override
        public void put(SafetensorsWriter file, String module, QuantizedWeight weight, ActivationScheme activations) {
            throw StorageFormats.refused(NAME, module, weight, "it has unquantized numbers only");
        }

        @Override
        public ObjectNode quantizationConfig(List<String> unquantized) {
            throw new IllegalStateException("nothing is quantized");
        }
    }
}
