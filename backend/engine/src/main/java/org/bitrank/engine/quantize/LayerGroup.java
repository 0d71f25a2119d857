package org.bitrank.engine.quantize;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/**
 * Linear layers that read the same input ({@code q_proj}, {@code k_proj}, {@code v_proj}), so that what a method learns of
 * the input is learnt once.
 *
 * @param inputs what the method wants to know of the input; {@link LayerInputs#NONE} when it looks at no data
 * @param notes takes what the method has to say of single layers
 */
public record LayerGroup(List<Layer> layers, LayerInputs inputs, QuantizationNotes notes) {
    /** One layer's weights, row-major {@code [rows, columns]}. The method may overwrite them. */
    public record Layer(String name, int rows, int columns, float[] weights) {}

    /** A group of which nobody reads the notes. */
    public LayerGroup(List<Layer> layers, LayerInputs inputs) {
        this(layers, inputs, new QuantizationNotes());
    }

    /** Codes for every layer by itself, in order. */
    public List<QuantizedWeight> coded(Function<Layer, ? extends QuantizedWeight> coder) {
        return layers.stream().<QuantizedWeight>map(layer -> named(layer, coder)).toList();
    }

    /** Numbers that go wrong are of one layer among hundreds: which, only we know. */
    private static QuantizedWeight named(Layer layer, Function<Layer, ? extends QuantizedWeight> coder) {
        try {
            return coder.apply(layer);
        } catch (BitRankException failure) {
            if (failure.failureClass() != FailureClass.NUMERICAL || failure.getMessage().contains(layer.name())) {
                throw failure;
            }
            throw new BitRankException(FailureClass.NUMERICAL, layer.name() + ": " + failure.getMessage(), failure);
        }
    }

    /** Says the same of all layers. @param key in snake case */
    public void note(String key, double value) {
        layers.forEach(layer -> notes.put(layer.name(), key, value));
    }

    /** Says the same of all layers. @param key in snake case */
    public void note(String key, String value) {
        layers.forEach(layer -> notes.put(layer.name(), key, value));
    }

    public int columns() {
        return layers.getFirst().columns();
    }

    /** For messages: {@code model.layers.0.self_attn.q_proj, …}. */
    public String names() {
        return layers.stream().map(Layer::name).collect(Collectors.joining(", "));
    }
}
