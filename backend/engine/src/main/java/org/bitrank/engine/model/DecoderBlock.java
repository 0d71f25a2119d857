package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * One block: attention and a gated MLP, each behind an RMS norm and added to the residual stream.
 *
 * <p>Block {@code k} can be loaded, run and dropped without any other, so that a walk over a model needs the memory of one
 * block only.
 */
public final class DecoderBlock implements AutoCloseable {
    private final ModelConfig config;
    private final int index;
    private final Workspace workspace;
    private final boolean ownsWorkspace;
    private final List<Linear> linears = new ArrayList<>();
    private Tensor inputNorm;
    private Tensor postNorm;
    private Tensor queryNorm;
    private Tensor keyNorm;
    private Linear query;
    private Linear key;
    private Linear value;
    private Linear output;
    private Linear gate;
    private Linear up;
    private Linear down;
    private KeyValueTreatment keyValueTreatment;

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
        try {
            block.loadWeights(new WeightLoader(weights, workspace));
            block.keyValueTreatment = KeyValueTreatment.of(workspace.online(), config.headSize(), workspace.backend());
            return block;
        } catch (Throwable failure) {
            block.close();
            throw failure;
        }
    }

    private void loadWeights(WeightLoader loader) {
        String prefix = "model.layers." + index + ".";
        int hidden = config.hiddenSize();
        inputNorm = loader.vector(prefix + "input_layernorm.weight", hidden);
        postNorm = loader.vector(prefix + "post_attention_layernorm.weight", hidden);
        if (config.headNorms()) {
            queryNorm = loader.vector(prefix + "self_attn.q_norm.weight", config.headSize());
            keyNorm = loader.vector(prefix + "self_attn.k_norm.weight", config.headSize());
        }
        boolean bias = config.queryKeyValueBias();
        query = linear(loader, prefix + "self_attn.q_proj", config.queryWidth(), hidden, bias);
        key = linear(loader, prefix + "self_attn.k_proj", config.keyWidth(), hidden, bias);
        value = linear(loader, prefix + "self_attn.v_proj", config.keyWidth(), hidden, bias);
        output = linear(loader, prefix + "self_attn.o_proj", hidden, config.queryWidth(), config.outputBias());
        gate = linear(loader, prefix + "mlp.gate_proj", config.intermediateSize(), hidden, config.mlpBias());
        up = linear(loader, prefix + "mlp.up_proj", config.intermediateSize(), hidden, config.mlpBias());
        down = linear(loader, prefix + "mlp.down_proj", hidden, config.intermediateSize(), config.mlpBias());
    }

    private Linear linear(WeightLoader loader, String name, int outputs, int inputs, boolean biased) {
        Linear linear = Linear.load(loader, name, outputs, inputs, biased);
        linears.add(linear);
        return linear;
    }

    /** The linear layers of block {@code index} of a LLaMA in the order they run; those of one group read the same input. */
    public static List<List<String>> linearGroups(int index) {
        String attention = "model.layers." + index + ".self_attn.";
        String mlp = "model.layers." + index + ".mlp.";
        return List.of(
                List.of(attention + "q_proj", attention + "k_proj", attention + "v_proj"),
                List.of(attention + "o_proj"),
                List.of(mlp + "gate_proj", mlp + "up_proj"),
                List.of(mlp + "down_proj"));
    }

    /** As {@link ModelConfig#linearGroups(int)} of this block. */
    public List<List<String>> linearGroups() {
        return config.linearGroups(index);
    }

    /** As {@link ModelConfig#scaleSites(int)} of this block. */
    public List<ScaleSite> scaleSites() {
        return config.scaleSites(index);
    }

    /** The weights that a norm computes with. @param norm {@code model.layers.0.input_layernorm} */
    public NormWeights norm(String norm) {
        return new NormWeights(workspace.backend().download(gain(norm)), null);
    }

    /** Puts other weights in the place of a norm's; a bias only where it has one. */
    public void replaceNorm(String norm, NormWeights weights) {
        Tensor gain = gain(norm);
        if (weights.gain().length != gain.columns() || weights.bias() != null) {
            throw new IllegalArgumentException(norm + " has a gain of " + gain.columns() + " numbers and no bias");
        }
        Tensor replacement = workspace.backend().upload(weights.gain(), Shape.vector(weights.gain().length));
        if (gain == inputNorm) {
            inputNorm = replacement;
        } else {
            postNorm = replacement;
        }
        gain.close();
    }

    private Tensor gain(String norm) {
        String prefix = "model.layers." + index + ".";
        if (norm.equals(prefix + "input_layernorm")) {
            return inputNorm;
        }
        if (norm.equals(prefix + "post_attention_layernorm")) {
            return postNorm;
        }
        throw new IllegalArgumentException("block " + index + " has no norm " + norm);
    }

    /** The bias of a linear layer, or null where it has none. */
    public float[] bias(String linear) {
        return named(linear).bias(workspace.backend());
    }

    /** Puts another bias in the place of a linear layer's. */
    public void replaceBias(String linear, float[] bias) {
        named(linear).replaceBias(bias, workspace.backend());
    }

    /** Puts another weight in the place of a linear layer's. */
    public void replace(String linear, Weight weight) {
        named(linear).replace(weight, workspace.backend());
    }

    private Linear named(String linear) {
        for (Linear candidate : linears) {
            if (candidate.name().equals(linear)) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("block " + index + " has no linear layer " + linear);
    }

    /** Runs sequences that see nothing but their own batch; {@code x}, {@code [T, hidden]}, is changed in place. */
    public void forward(Tensor x, TokenBatch batch, LinearObserver observer) {
        forward(x, batch, KeyValues.OF_BATCH, observer);
    }

    /** Runs tokens whose keys and values, and those of what they follow, are where {@code past} puts them. */
    void forward(Tensor x, TokenBatch batch, KeyValues past, LinearObserver observer) {
        Backend backend = workspace.backend();
        Tensor normed = workspace.buffer(Workspace.Purpose.NORMED, batch.size(), config.hiddenSize());
        backend.rmsNorm(x, inputNorm, config.normEpsilon(), normed);
        backend.add(attend(normed, batch, past, observer), x);
        backend.rmsNorm(x, postNorm, config.normEpsilon(), normed);
        backend.add(transform(normed, observer), x);
    }

    /**
     * The attention alone, of sequences that see nothing but their own batch: {@code [T, hidden]} in, what would be added to
     * the residual stream out, valid until the block runs again. The input stays as it is.
     *
     * @param normed behind the norm in front of the attention
     */
    public Tensor runAttention(Tensor normed, TokenBatch batch) {
        return attend(normed, batch, KeyValues.OF_BATCH, LinearObserver.NONE);
    }

    /** The same of the feed-forward part. */
    public Tensor runFeedForward(Tensor normed) {
        return transform(normed, LinearObserver.NONE);
    }

    private Tensor attend(Tensor normed, TokenBatch batch, KeyValues past, LinearObserver observer) {
        Backend backend = workspace.backend();
        int rows = batch.size();
        Tensor queries = workspace.buffer(Workspace.Purpose.QUERY, rows, config.queryWidth());
        Tensor allKeys = workspace.buffer(Workspace.Purpose.KEY, batch.held() + rows, config.keyWidth());
        Tensor allValues = workspace.buffer(Workspace.Purpose.VALUE, batch.held() + rows, config.keyWidth());
        Tensor keys = allKeys.rows(batch.held(), rows);
        Tensor values = allValues.rows(batch.held(), rows);
        query.forward(backend, observer, normed, queries);
        key.forward(backend, observer, normed, keys);
        value.forward(backend, observer, normed, values);
        if (queryNorm != null) {
            backend.rmsNorm(queries, queryNorm, config.normEpsilon(), queries);
            backend.rmsNorm(keys, keyNorm, config.normEpsilon(), keys);
        }
        RotaryTables.Rotation rotation = workspace.rotation(batch);
        backend.rotate(queries, rotation.rows(), rotation.cosines(), rotation.sines());
        backend.rotate(keys, rotation.rows(), rotation.cosines(), rotation.sines());
        if (keyValueTreatment != null) {
            keyValueTreatment.apply(queries, keys, values);
        }
        Tensor attended = workspace.buffer(Workspace.Purpose.ATTENDED, rows, config.queryWidth());
        backend.attention(queries, past.join(index, batch, allKeys, KeyValues.Kind.KEY),
                past.join(index, batch, allValues, KeyValues.Kind.VALUE), config.attention(index), batch.runs(), attended);
        Tensor result = workspace.buffer(Workspace.Purpose.RESULT, rows, config.hiddenSize());
        output.forward(backend, observer, attended, result);
        return result;
    }

    private Tensor transform(Tensor normed, LinearObserver observer) {
        Backend backend = workspace.backend();
        int rows = (int) normed.rows();
        Tensor gated = workspace.buffer(Workspace.Purpose.GATE, rows, config.intermediateSize());
        Tensor raised = workspace.buffer(Workspace.Purpose.UP, rows, config.intermediateSize());
        gate.forward(backend, observer, normed, gated);
        up.forward(backend, observer, normed, raised);
        backend.swiglu(gated, raised, gated);
        Tensor result = workspace.buffer(Workspace.Purpose.RESULT, rows, config.hiddenSize());
        down.forward(backend, observer, gated, result);
        return result;
    }

    @Override
    public void close() {
        linears.forEach(Linear::close);
        Resources.close(inputNorm, postNorm, queryNorm, keyNorm);
        Resources.close(keyValueTreatment);
        if (ownsWorkspace) {
            workspace.close();
        }
    }
}
