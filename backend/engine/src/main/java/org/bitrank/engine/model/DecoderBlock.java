package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Tensor;

/**
 * One block: attention and a feed-forward part, each with a norm, each added to the residual stream.
 *
 * <p>Block {@code k} can be loaded, run and dropped without any other, so that a walk over a model needs the memory of one
 * block only.
 */
public final class DecoderBlock implements AutoCloseable {
    private final ModelConfig config;
    private final int index;
    private final Workspace workspace;
    private final boolean ownsWorkspace;
    private Norm attentionNorm;
    private Attention attention;
    private Norm feedForwardNorm;
    private FeedForward feedForward;

    private DecoderBlock(ModelConfig config, int index, Workspace workspace, boolean ownsWorkspace) {
        this.config = config;
        this.index = index;
        this.workspace = workspace;
        this.ownsWorkspace = ownsWorkspace;
    }

    /** A block with memory of its own to compute in. */
    public static DecoderBlock load(ModelConfig config, int index, WeightSource weights, Backend backend) {
        return load(config, index, weights, new Workspace(config, backend), true);
    }

    /** A block that computes in the caller's memory. */
    public static DecoderBlock load(ModelConfig config, int index, WeightSource weights, Workspace workspace) {
        return load(config, index, weights, workspace, false);
    }

    private static DecoderBlock load(
            ModelConfig config, int index, WeightSource weights, Workspace workspace, boolean ownsWorkspace) {
        var block = new DecoderBlock(config, index, workspace, ownsWorkspace);
        var loader = new WeightLoader(weights, workspace);
        BlockLayout layout = BlockLayout.of(config, index);
        try {
            block.attentionNorm = Norm.load(config, loader, layout.attentionNorm());
            block.attention = Attention.load(config, index, layout, loader, workspace);
            block.feedForwardNorm = Norm.load(config, loader, layout.feedForwardNorm());
            block.feedForward = FeedForward.load(config, layout, loader, workspace);
            return block;
        } catch (Throwable failure) {
            block.close();
            throw failure;
        }
    }

    /** As {@link ModelConfig#linearGroups(int)} of this block. */
    public List<List<String>> linearGroups() {
        return config.linearGroups(index);
    }

    /** As {@link ModelConfig#scaleSites(int)} of this block. */
    public List<ScaleSite> scaleSites() {
        return config.scaleSites(index);
    }

    /** Puts another weight in the place of a linear layer's; one that holds several parts is replaced whole. */
    public void replace(String linear, Weight weight) {
        linear(linear).replace(weight, workspace.backend());
    }

    /** Rounds a linear layer's inputs in another way than the checkpoint says, to try it out. @param scheme null: as it says */
    public void round(String linear, ActivationScheme scheme) {
        linear(linear).round(scheme, workspace);
    }

    /** The bias of a linear layer, or null where it has none. */
    public float[] bias(String linear) {
        return linear(linear).bias();
    }

    /** Puts another bias in the place of a linear layer's. */
    public void replaceBias(String linear, float[] bias) {
        linear(linear).replaceBias(bias, workspace.backend());
    }

    private Linear linear(String name) {
        var linears = new ArrayList<>(attention.linears());
        linears.addAll(feedForward.linears());
        return linears.stream()
                .filter(linear -> linear.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("block " + index + " has no linear layer " + name));
    }

    /** The weights that a norm of the residual stream computes with. @param norm {@code model.layers.0.input_layernorm} */
    public NormWeights norm(String norm) {
        return residualNorm(norm).weights(workspace.backend());
    }

    /** Puts other weights in the place of a norm's; with a bias exactly where it has one. */
    public void replaceNorm(String norm, NormWeights weights) {
        residualNorm(norm).replace(weights, workspace.backend());
    }

    private Norm residualNorm(String name) {
        for (Norm norm : List.of(attentionNorm, feedForwardNorm)) {
            if (norm.name().equals(name)) {
                return norm;
            }
        }
        throw new IllegalArgumentException("block " + index + " has no norm " + name);
    }

    /** Runs sequences that see nothing but their own batch; {@code x}, {@code [T, hidden]}, is changed in place. */
    public void forward(Tensor x, TokenBatch batch, LinearObserver observer) {
        forward(x, batch, KeyValues.OF_BATCH, observer);
    }

    /** Runs tokens whose keys and values, and those of what they follow, are where {@code past} puts them. */
    void forward(Tensor x, TokenBatch batch, KeyValues past, LinearObserver observer) {
        switch (config.arrangement()) {
            case NORM_BEFORE, PARALLEL -> forwardNormBefore(x, batch, past, observer);
            case NORM_AFTER -> {
                addAttention(x, batch, past, observer);
                attentionNorm.apply(workspace.backend(), x, x);
                addFeedForward(x, x, observer);
                feedForwardNorm.apply(workspace.backend(), x, x);
            }
            case NORM_OF_RESIDUAL -> {
                attentionNorm.apply(workspace.backend(), x, x);
                addAttention(x, batch, past, observer);
                feedForwardNorm.apply(workspace.backend(), x, x);
                addFeedForward(x, x, observer);
            }
        }
    }

    private void forwardNormBefore(Tensor x, TokenBatch batch, KeyValues past, LinearObserver observer) {
        Backend backend = workspace.backend();
        Tensor normed = workspace.buffer(Workspace.Purpose.NORMED, batch.size(), config.hiddenSize());
        Tensor attended = result(x);
        attentionNorm.apply(backend, x, normed);
        attention.run(normed, batch, past, observer, attended);
        if (config.arrangement() == Arrangement.PARALLEL) {
            feedForwardNorm.apply(backend, x, normed);
            backend.add(attended, x);
        } else {
            backend.add(attended, x);
            feedForwardNorm.apply(backend, x, normed);
        }
        addFeedForward(normed, x, observer);
    }

    private void addAttention(Tensor x, TokenBatch batch, KeyValues past, LinearObserver observer) {
        Tensor result = result(x);
        attention.run(x, batch, past, observer, result);
        workspace.backend().add(result, x);
    }

    private void addFeedForward(Tensor normed, Tensor x, LinearObserver observer) {
        if (observer.done()) {
            return;
        }
        Tensor result = result(normed);
        feedForward.run(normed, observer, result);
        workspace.backend().add(result, x);
    }

    private Tensor result(Tensor normed) {
        return workspace.buffer(Workspace.Purpose.RESULT, (int) normed.rows(), config.hiddenSize());
    }

    /**
     * The attention alone, of sequences that see nothing but their own batch: {@code [T, hidden]} in, what would be added to
     * the residual stream out, valid until the block runs again. The input stays as it is.
     *
     * @param normed what the attention's linear layers read: behind its norm, where that stands before it
     */
    public Tensor runAttention(Tensor normed, TokenBatch batch) {
        Tensor result = result(normed);
        attention.run(normed, batch, KeyValues.OF_BATCH, LinearObserver.NONE, result);
        return result;
    }

    /** The same of the feed-forward part. */
    public Tensor runFeedForward(Tensor normed) {
        Tensor result = result(normed);
        feedForward.run(normed, LinearObserver.NONE, result);
        return result;
    }

    @Override
    public void close() {
        Resources.close(attentionNorm, attention, feedForwardNorm, feedForward, ownsWorkspace ? workspace : null);
    }
}
