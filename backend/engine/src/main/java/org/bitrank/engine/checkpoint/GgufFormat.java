package org.bitrank.engine.checkpoint;

import java.nio.file.Path;
import java.util.Optional;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;

/** GGUF, which llama.cpp reads. */
final class GgufFormat implements StorageFormat {
    static final String NAME = "gguf";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "One file: F32, F16, BF16, Q8_0, Q4_0, Q4_1.";
    }

    @Override
    public boolean readable() {
        return true;
    }

    @Override
    public boolean writable() {
        return false;
    }

    @Override
    public Optional<String> refusal(QuantizedWeight weight) {
        return Optional.of("it is read only");
    }

    @Override
    public TensorWriter begin(Path directory, Checkpoint base, long shardBytes) {
        throw BitRankException.unsupported("GGUF is read, not written");
    }
}
