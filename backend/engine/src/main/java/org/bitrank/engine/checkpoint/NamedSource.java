package org.bitrank.engine.checkpoint;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bitrank.engine.checkpoint.safetensors.StoredActivations;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.InputNorm;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.engine.weights.Weight;

/** Tensors under other names than they are stored under; those without a name are not there. */
final class NamedSource implements SourceAround {
    private static final String WEIGHT = ".weight";

    private final WeightSource source;
    private final SortedMap<String, String> storedNames;

    /** @param storedNames by the name that a tensor is to have */
    NamedSource(WeightSource source, SortedMap<String, String> storedNames) {
        this.source = source;
        this.storedNames = storedNames;
    }

    @Override
    public WeightSource source() {
        return source;
    }

    @Override
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(storedNames.keySet()));
    }

    @Override
    public boolean contains(String name) {
        return storedNames.containsKey(name);
    }

    private String stored(String name) {
        for (String part : StoredActivations.PARTS) {
            // Belongs to a layer, and is not in the lists of tensors by itself.
            if (name.endsWith("." + part) && !storedNames.containsKey(name)) {
                String module = name.substring(0, name.length() - part.length() - 1);
                String weight = storedNames.getOrDefault(module + WEIGHT, module + WEIGHT);
                return weight.substring(0, weight.length() - WEIGHT.length()) + "." + part;
            }
        }
        // An unknown name is passed on, for the source to say that there is no such tensor.
        return storedNames.getOrDefault(name, name);
    }

    @Override
    public TensorInfo info(String name) {
        TensorInfo info = source.info(stored(name));
        return new TensorInfo(name, info.shape(), info.rows(), info.columns(), info.encoding(), info.bits(), info.stored());
    }

    @Override
    public Weight read(String name) {
        return source.read(stored(name));
    }

    @Override
    public Weight readStored(String name) {
        return source.readStored(stored(name));
    }

    @Override
    public Optional<ActivationScheme> activations(String linear) {
        return source.activations(storedLinear(linear));
    }

    @Override
    public Optional<KeyValueScales> keyValueScales(String linear) {
        return source.keyValueScales(storedLinear(linear));
    }

    @Override
    public Optional<InputNorm> inputNorm(String linear) {
        return source.inputNorm(storedLinear(linear));
    }

    private String storedLinear(String linear) {
        String stored = stored(linear + WEIGHT);
        return stored.substring(0, stored.length() - WEIGHT.length());
    }
}
