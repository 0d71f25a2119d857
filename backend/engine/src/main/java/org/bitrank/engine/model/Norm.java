package org.bitrank.engine.model;

import java.util.Arrays;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** A norm under the name that the checkpoint gives it. */
final class Norm implements AutoCloseable {
    enum Kind {
        /** Gain alone. */
        RMS,
        /** Gain and bias. */
        LAYER
    }

    private final String name;
    private final Kind kind;
    private final float epsilon;
    private boolean integersOnly;
    private Tensor gain;
    private Tensor bias;

    private Norm(String name, Kind kind, float epsilon) {
        this.name = name;
        this.kind = kind;
        this.epsilon = epsilon;
    }

    /** A norm of the residual stream, of the family's kind. */
    static Norm load(ModelConfig config, WeightLoader loader, String name) {
        Norm.Kind kind = config.architecture().norm();
        if (!config.normGains()) {
            var norm = new Norm(name, kind, config.normEpsilon());
            var ones = new float[config.hiddenSize()];
            Arrays.fill(ones, 1);
            norm.gain = loader.backend().upload(ones, Shape.vector(ones.length));
            norm.integersOnly = config.online().integersOnly();
            return norm;
        }
        Norm norm = load(loader, name, kind, config.hiddenSize(), config.normEpsilon());
        norm.integersOnly = config.online().integersOnly();
        return norm;
    }

    static Norm load(WeightLoader loader, String name, Kind kind, int size, float epsilon) {
        var norm = new Norm(name, kind, epsilon);
        try {
            norm.gain = loader.vector(name + ".weight", size);
            norm.bias = kind == Kind.LAYER ? loader.vector(name + ".bias", size) : null;
            return norm;
        } catch (Throwable failure) {
            norm.close();
            throw failure;
        }
    }

    String name() {
        return name;
    }

    /** Rows of {@code x} may be several runs of the norm's size: heads. {@code y} may be {@code x}. */
    void apply(Backend backend, Tensor x, Tensor y) {
        switch (kind) {
            case RMS -> {
                if (integersOnly) {
                    backend.integers().rmsNorm(x, gain, epsilon, y);
                } else {
                    backend.rmsNorm(x, gain, epsilon, y);
                }
            }
            case LAYER -> backend.layerNorm(x, gain, bias, epsilon, y);
        }
    }

    NormWeights weights(Backend backend) {
        return new NormWeights(backend.download(gain), bias == null ? null : backend.download(bias));
    }

    void replace(NormWeights weights, Backend backend) {
        if (weights.gain().length != gain.columns() || (weights.bias() == null) != (bias == null)
                || bias != null && weights.bias().length != bias.columns()) {
            throw new IllegalArgumentException("%s has a gain of %d numbers and %s bias"
                    .formatted(name, gain.columns(), bias == null ? "no" : "a"));
        }
        Tensor newGain = backend.upload(weights.gain(), Shape.vector(weights.gain().length));
        Tensor newBias = bias == null ? null : backend.upload(weights.bias(), Shape.vector(weights.bias().length));
        close();
        gain = newGain;
        bias = newBias;
    }

    @Override
    public void close() {
        Resources.close(gain, bias);
    }
}
