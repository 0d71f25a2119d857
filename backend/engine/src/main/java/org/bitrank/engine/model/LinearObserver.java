package org.bitrank.engine.model;

import org.bitrank.kernels.Tensor;

/** Sees what goes into each linear layer: calibration. */
@FunctionalInterface
public interface LinearObserver {
    LinearObserver NONE = (linear, x) -> {};

    /**
     * Called before each linear layer with its input {@code [T, inputs]}, which is overwritten soon after. Layers that read
     * the same input are named one after the other with the same tensor.
     *
     * @param linear {@code model.layers.0.self_attn.q_proj}
     */
    void input(String linear, Tensor x);
}
