package org.bitrank.engine.checkpoint.gguf;

import java.nio.file.Path;
import java.util.Optional;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.StorageFormat;
import org.bitrank.engine.checkpoint.TensorWriter;
import org.bitrank.engine.gguf.ExactBlocks;
import org.bitrank.engine.weights.QuantizedWeight;
import tools.jackson.databind.node.ObjectNode;

/** GGUF, which llama.cpp reads. */
public final class GgufFormat implements StorageFormat {
    public static final String NAME = "gguf";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "llama.cpp's one file with its tokenizer: F32, F16, BF16, Q4_0 to Q8_0, Q2_K to Q6_K, IQ4_NL, IQ4_XS, TQ1_0, TQ2_0; IQ3_S and MXFP4 are read only."
                + " Symmetric groups of a multiple of 32 columns with float16 scales are written without loss.";
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
    public Optional<String> refusal(QuantizedWeight weight) {
        return ExactBlocks.refusal(weight);
    }

    @Override
    public Optional<String> refusal(ObjectNode config) {
        return GgufParameters.refusal(config);
    }

    /** Never split: a single file is what llama.cpp's users expect. */
    @Override
    public TensorWriter begin(Path directory, Checkpoint base, long shardBytes) {
        return new GgufTensors(directory, base.config());
    }
}
