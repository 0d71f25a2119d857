package org.bitrank.engine.checkpoint;

import java.util.Optional;
import java.util.SortedSet;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.InputNorm;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.engine.weights.Weight;

/**
 * The tensors of another source, of which some are changed. What the files say of layers is passed on, so that nobody forgets it.
 * Stored and exact forms of tensors are not: what is changed has {@link #read} alone.
 */
public interface SourceAround extends WeightSource {
    WeightSource source();

    @Override
    default SortedSet<String> names() {
        return source().names();
    }

    @Override
    default TensorInfo info(String name) {
        return source().info(name);
    }

    @Override
    default Weight read(String name) {
        return source().read(name);
    }

    @Override
    default Optional<ActivationScheme> activations(String linear) {
        return source().activations(linear);
    }

    @Override
    default Optional<KeyValueScales> keyValueScales(String linear) {
        return source().keyValueScales(linear);
    }

    @Override
    default Optional<InputNorm> inputNorm(String linear) {
        return source().inputNorm(linear);
    }
}
