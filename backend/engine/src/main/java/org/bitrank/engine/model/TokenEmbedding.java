package org.bitrank.engine.model;

import java.util.Arrays;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.Tensor;

/**
 * What turns token ids into the residual stream: a table, and in some families a projection to the stream's width, a table of
 * positions and a norm. Tokens of pictures become their {@linkplain VisualEmbeddings features}.
 */
public final class TokenEmbedding implements AutoCloseable {
    private final ModelConfig config;
    private final Backend backend;
    private final GrowingBuffer buffer;
    /** Null for a model that reads text alone; not closed with this. */
    private final VisualEmbeddings pictures;
    private Tensor table;
    private Linear projection;
    private Tensor positions;
    private Norm norm;

    private TokenEmbedding(ModelConfig config, Backend backend, VisualEmbeddings pictures) {
        this.config = config;
        this.backend = backend;
        this.buffer = new GrowingBuffer(backend);
        this.pictures = pictures;
    }

    public static TokenEmbedding load(ModelConfig config, WeightSource weights, Backend backend) {
        return load(config, weights, backend, null);
    }

    /** @param pictures what tokens of pictures become, or null where there are none; the caller closes it */
    public static TokenEmbedding load(ModelConfig config, WeightSource weights, Backend backend, VisualEmbeddings pictures) {
        var embedding = new TokenEmbedding(config, backend, pictures);
        try {
            embedding.load(new WeightLoader(weights, backend));
            return embedding;
        } catch (Throwable failure) {
            embedding.close();
            throw failure;
        }
    }

    private void load(WeightLoader loader) {
        ModelNames names = config.architecture().names();
        int hidden = config.hiddenSize();
        table = loader.table(names.embedding() + ".weight", config.vocabularySize(), config.embeddingSize());
        if (config.embeddingSize() != hidden) {
            projection = Linear.load(loader, LinearShape.of(names.inputProjection(), hidden, config.embeddingSize(), false));
        }
        if (config.architecture().positions() instanceof PositionRule.Learned learned) {
            positions = loader.table(names.positions() + ".weight", config.maxPositions() + learned.offset(), hidden);
        }
        if (names.embeddingNorm() != null) {
            norm = Norm.load(config, loader, names.embeddingNorm());
        }
    }

    /** Row {@code t} of {@code x}, {@code [T, hidden]}, becomes the embedding of the batch's token {@code t}. */
    public void embed(TokenBatch batch, Tensor x) {
        int[] words = words(batch.tokens());
        if (projection == null) {
            backend.embed(words, table, x);
        } else {
            Tensor narrow = buffer.rows(batch.size(), config.embeddingSize());
            backend.embed(words, table, narrow);
            projection.forward(backend, LinearObserver.NONE, narrow, x);
        }
        if (words != batch.tokens()) {
            pictures.embed(batch.tokens(), x, backend);
        }
        if (positions != null) {
            addPositions(batch, x);
        }
        if (norm != null) {
            norm.apply(backend, x, x);
        }
    }

    /** The tokens, all of the vocabulary: for those of pictures any word keeps the place. The same array where there are none. */
    private int[] words(int[] tokens) {
        boolean shown = false;
        for (int token : tokens) {
            boolean picture = pictures != null && PictureTokens.isPicture(token);
            shown |= picture;
            if (!picture && (token < 0 || token >= table.rows())) {
                throw BitRankException.badInput(
                        "token id " + token + " is outside the model's vocabulary of " + table.rows());
            }
        }
        return shown ? Arrays.stream(tokens).map(token -> Math.max(token, 0)).toArray() : tokens;
    }

    private void addPositions(TokenBatch batch, Tensor x) {
        int offset = ((PositionRule.Learned) config.architecture().positions()).offset();
        var rows = new int[batch.size()];
        for (int i = 0; i < rows.length; i++) {
            int position = batch.positions()[i];
            if (position >= config.maxPositions()) {
                throw BitRankException.badInput("the model has learned %d positions, which a sequence of %d tokens or more exceeds"
                        .formatted(config.maxPositions(), position + 1));
            }
            rows[i] = position + offset;
        }
        Tensor places = buffer.rows(batch.size(), config.hiddenSize());
        backend.embed(rows, positions, places);
        backend.add(places, x);
    }

    @Override
    public void close() {
        Resources.close(buffer, table, projection, positions, norm);
    }
}
