package org.bitrank.engine.quantize;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.Weight;

/** A model's tensors, those that were quantized or changed on the way as they are now. */
final class ChangedSource implements WeightSource {
    private final WeightSource source;
    private final Map<String, Weight> changed = new HashMap<>();

    ChangedSource(WeightSource source) {
        this.source = source;
    }

    void put(String name, Weight weight) {
        changed.put(name, weight);
    }

    @Override
    public SortedSet<String> names() {
        if (source.names().containsAll(changed.keySet())) {
            return source.names();
        }
        var names = new TreeSet<>(source.names());
        names.addAll(changed.keySet());
        return Collections.unmodifiableSortedSet(names);
    }

    /** Of the source's tensor: the shape is what they have in common. */
    @Override
    public TensorInfo info(String name) {
        return source.info(name);
    }

    @Override
    public Weight read(String name) {
        Weight weight = changed.get(name);
        return weight == null ? source.read(name) : weight;
    }

    @Override
    public Optional<ActivationScheme> activations(String linear) {
        return source.activations(linear);
    }
}
