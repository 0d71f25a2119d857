package org.bitrank.engine.quantize;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Linear layers that read the same input ({@code q_proj}, {@code k_proj}, {@code v_proj}), so that what a method learns of
 * the input is learnt once.
 *
 * @param inputs what the method wants to know of the input; {@link LayerInputs#NONE} when it looks at no data
 */
public record LayerGroup(List<Layer> layers, LayerInputs inputs) {
    /** One layer's weights, row-major {@code [rows, columns]}. The method may overwrite them. */
    public record Layer(String name, int rows, int columns, float[] weights) {}

    public int columns() {
        return layers.getFirst().columns();
    }

    /** For messages: {@code model.layers.0.self_attn.q_proj, …}. */
    public String names() {
        return layers.stream().map(Layer::name).collect(Collectors.joining(", "));
    }
}
