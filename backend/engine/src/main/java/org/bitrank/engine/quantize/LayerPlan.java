package org.bitrank.engine.quantize;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.recipe.WeightSettings;
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

    /** The layers among these that the method wants coded otherwise. */
    Map<String, LayerPlan<?>> exceptions(WeightSource model, Collection<String> linears) {
        var exceptions = new HashMap<String, LayerPlan<?>>();
        method.exceptions(model, linears, weights, options)
                .forEach((linear, settings) -> exceptions.put(linear, withWeights(settings)));
        return exceptions;
    }

    LayerPlan<O> withWeights(WeightSettings fitted) {
        return new LayerPlan<>(method, fitted, options);
    }
}
