package org.bitrank.engine.evaluate;

import java.nio.file.Path;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** SmolLM2-135M, read from its GGUF file, and what the standard tools say of it. */
final class SmolLM implements AutoCloseable {
    static final String FOLDER = "models/smollm2-135m-instruct";

    final Backend backend;
    final Checkpoint checkpoint;
    final Tokenizer tokenizer;
    final CausalLM model;

    SmolLM(ComputeType computeType) {
        Path folder = SharedFiles.path(FOLDER);
        backend = Backends.open("cpu", computeType);
        checkpoint = Checkpoint.open(folder);
        tokenizer = Tokenizer.of(folder);
        model = CausalLM.load(checkpoint, backend);
    }

    static JsonNode golden(String file) {
        return new ObjectMapper().readTree(SharedFiles.path("golden/smollm2-135m/" + file));
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
        checkpoint.close();
        backend.close();
    }
}
