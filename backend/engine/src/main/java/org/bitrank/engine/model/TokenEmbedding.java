package org.bitrank.engine.model;

import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.Tensor;

/** The table that turns token ids into the residual stream. */
public final class TokenEmbedding implements AutoCloseable {
    static final String NAME = "model.embed_tokens.weight";

    private final Backend backend;
    private final Tensor table;

    private TokenEmbedding(Backend backend, Tensor table) {
        this.backend = backend;
        this.table = table;
    }

    public static TokenEmbedding load(ModelConfig config, WeightSource weights, Backend backend) {
        var loader = new WeightLoader(weights, backend);
        return new TokenEmbedding(backend, loader.table(NAME, config.vocabularySize(), config.hiddenSize()));
    }

    /** Row {@code t} of {@code x} becomes the embedding of {@code tokens[t]}. */
    public void embed(int[] tokens, Tensor x) {
        for (int token : tokens) {
            if (token < 0 || token >= table.rows()) {
                throw BitRankException.badInput(
                        "token id " + token + " is outside the model's vocabulary of " + table.rows());
            }
        }
        backend.embed(tokens, table, x);
    }

    @Override
    public void close() {
        table.close();
    }
}
