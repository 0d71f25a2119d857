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

    /**
     * Whether all that is looked for in this pass was seen and nobody wants what comes out of it: nothing has to be computed any
     * more, beginning with the layer just named.
     */
    default boolean done() {
        return false;
    }
}
