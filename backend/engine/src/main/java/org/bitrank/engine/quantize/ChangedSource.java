package org.bitrank.engine.quantize;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bitrank.engine.checkpoint.SourceAround;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.weights.Weight;

/** A model's tensors, those that were quantized or changed on the way as they are now. What is told of them is the source's: the shape is what they have in common. */
final class ChangedSource implements SourceAround {
    private final WeightSource source;
    private final Map<String, Weight> changed = new HashMap<>();

    ChangedSource(WeightSource source) {
        this.source = source;
    }

    void put(String name, Weight weight) {
        changed.put(name, weight);
    }

    @Override
    public WeightSource source() {
        return source;
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

    @Override
    public Weight read(String name) {
        Weight weight = changed.get(name);
        return weight == null ? source.read(name) : weight;
    }
}
