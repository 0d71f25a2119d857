package org.bitrank.engine.quantize;

import java.util.List;
import java.util.Set;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/** How one linear layer is going to be coded. */
record LayerPlan<O extends Record>(QuantizationMethod<O> method, WeightSettings weights, O options) {
    static LayerPlan<?> of(String method, WeightSettings weights, Record options) {
        return of(MethodRegistry.get(method), weights, options);
    }

    private static <O extends Record> LayerPlan<O> of(QuantizationMethod<O> method, WeightSettings weights, Record options) {
        return new LayerPlan<>(method, weights, method.optionsType().cast(options));
    }

    Set<InputNeed> needs() {
        return method.needs(options);
    }

    boolean sequential() {
        return method.sequential(options);
    }

    List<QuantizedWeight> quantize(LayerGroup group, Backend backend) {
        return method.quantize(group, weights, options, backend);
    }

    LayerPlan<O> withWeights(WeightSettings fitted) {
        return new LayerPlan<>(method, fitted, options);
    }
}
