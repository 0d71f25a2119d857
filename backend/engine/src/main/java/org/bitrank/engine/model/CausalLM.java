package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Tensor;

/** A whole model on one device. */
public final class CausalLM implements AutoCloseable {
    private final ModelConfig config;
    private final Backend backend;
    private final Workspace workspace;
    private final List<DecoderBlock> blocks = new ArrayList<>();
    /** Null where the model reads text alone. */
    private final VisualEmbeddings pictures;
    private TokenEmbedding embedding;
    private LanguageHead head;

    private CausalLM(ModelConfig config, Backend backend, VisualEmbeddings pictures) {
        this.config = config;
        this.backend = backend;
        this.workspace = new Workspace(config, backend);
        this.pictures = pictures;
    }

    /** A model that reads text, and pictures where its checkpoint can: those are numbered for it alone. */
    public static CausalLM load(Checkpoint checkpoint, Backend backend) {
        ModelConfig config = ModelConfig.of(checkpoint);
        if (config.vision() == null) {
            return load(config, checkpoint.weights(), backend);
        }
        PictureReader reader = PictureReader.of(checkpoint, config.vision());
        var tokens = new PictureTokens(reader::tokens);
        return load(config, checkpoint.weights(), backend, VisualEmbeddings.of(config, checkpoint.weights(), reader, tokens, backend));
    }

    /** A model that reads text alone, whatever else its checkpoint holds. */
    public static CausalLM load(ModelConfig config, WeightSource weights, Backend backend) {
        return load(config, weights, backend, null);
    }

    /** @param pictures what tokens of pictures become, or null; closed with the model */
    public static CausalLM load(ModelConfig config, WeightSource weights, Backend backend, VisualEmbeddings pictures) {
        var model = new CausalLM(config, backend, pictures);
        try {
            model.embedding = TokenEmbedding.load(config, weights, backend, pictures);
            for (int layer = 0; layer < config.layers(); layer++) {
                model.blocks.add(DecoderBlock.load(config, layer, weights, model.workspace));
            }
            model.head = LanguageHead.load(config, weights, backend);
            return model;
        } catch (Throwable failure) {
            model.close();
            throw failure;
        }
    }

    public ModelConfig config() {
        return config;
    }

    public Backend backend() {
        return backend;
    }

    /** What tokens of pictures become; null where the model reads text alone. */
    public VisualEmbeddings pictures() {
        return pictures;
    }

    /** The matrix from hidden states to logits. */
    public PackedMatrix head() {
        return head.matrix();
    }

    /** Hidden states {@code [T, hidden]} after the last norm; valid until the next call. */
    public Tensor hidden(TokenBatch batch) {
        return hidden(batch, KeyValues.OF_BATCH);
    }

    /** The same for tokens that follow what {@code cache} holds. */
    public Tensor hidden(TokenBatch batch, KeyValueCache cache) {
        return hidden(batch, (KeyValues) cache);
    }

    /** Looks at the residual stream {@code [T, hidden]} behind each block, from block 0 on. */
    public interface LayerObserver {
        void output(int layer, Tensor x);
    }

    /** Runs a batch for what passes between its blocks. */
    public void observe(TokenBatch batch, LayerObserver observer) {
        Tensor x = workspace.buffer(Workspace.Purpose.RESIDUAL, batch.size(), config.hiddenSize());
        embedding.embed(batch, x);
        for (int layer = 0; layer < blocks.size(); layer++) {
            blocks.get(layer).forward(x, batch, KeyValues.OF_BATCH, LinearObserver.NONE);
            observer.output(layer, x);
        }
    }

    Tensor hidden(TokenBatch batch, KeyValues past) {
        Tensor x = workspace.buffer(Workspace.Purpose.RESIDUAL, batch.size(), config.hiddenSize());
        embedding.embed(batch, x);
        for (DecoderBlock block : blocks) {
            block.forward(x, batch, past, LinearObserver.NONE);
        }
        head.normalize(x);
        return x;
    }

    @Override
    public void close() {
        Resources.close(Resources.all(blocks), embedding, head, workspace, pictures);
    }
}
