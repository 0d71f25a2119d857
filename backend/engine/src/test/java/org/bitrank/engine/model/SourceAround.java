package org.bitrank.engine.model;

import java.util.SortedSet;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.weights.Weight;

/** The tensors of another source, of which a test changes what it is about. */
interface SourceAround extends WeightSource {
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
}
