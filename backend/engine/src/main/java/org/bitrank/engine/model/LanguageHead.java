package org.bitrank.engine.model;

import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Tensor;

/** The last norm and the matrix {@code [vocabulary, hidden]} that turns hidden states into logits. */
public final class LanguageHead implements AutoCloseable {
    static final String NAME = "lm_head.weight";

    private final ModelConfig config;
    private final Backend backend;
    private Tensor norm;
    private PackedMatrix matrix;

    private LanguageHead(ModelConfig config, Backend backend) {
        this.config = config;
        this.backend = backend;
    }

    public static LanguageHead load(ModelConfig config, WeightSource weights, Backend backend) {
        var head = new LanguageHead(config, backend);
        var loader = new WeightLoader(weights, backend);
        try {
            head.norm = loader.vector("model.norm.weight", config.hiddenSize());
            String name = config.tiedEmbeddings() ? TokenEmbedding.NAME : NAME;
            head.matrix = loader.matrix(name, config.vocabularySize(), config.hiddenSize());
            return head;
        } catch (Throwable failure) {
            head.close();
            throw failure;
        }
    }

    public PackedMatrix matrix() {
        return matrix;
    }

    /** The last norm, in place. */
    public void normalize(Tensor x) {
        backend.rmsNorm(x, norm, config.normEpsilon(), x);
    }

    @Override
    public void close() {
        Resources.close(norm);
        Resources.close(matrix);
    }
}
