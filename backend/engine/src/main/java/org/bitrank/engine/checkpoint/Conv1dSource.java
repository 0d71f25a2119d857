package org.bitrank.engine.checkpoint;

import java.util.Optional;
import java.util.SortedSet;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.InputNorm;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;

/** Turns the matrices that {@link Conv1d} stores by their inputs, so that every matrix is {@code [outputs, inputs]}. */
final class Conv1dSource implements WeightSource {
    private final WeightSource source;
    private final Conv1d conv1d;

    Conv1dSource(WeightSource source, Conv1d conv1d) {
        this.source = source;
        this.conv1d = conv1d;
    }

    private boolean turned(TensorInfo info) {
        return conv1d.stores(info.name()) && !info.quantized();
    }

    @Override
    public SortedSet<String> names() {
        return source.names();
    }

    @Override
    public boolean contains(String name) {
        return source.contains(name);
    }

    @Override
    public TensorInfo info(String name) {
        TensorInfo info = source.info(name);
        return turned(info)
                ? TensorInfo.of(name, Conv1d.transposed(info.shape()), info.encoding(), info.bits(), info.stored())
                : info;
    }

    @Override
    public Weight read(String name) {
        Weight weight = source.read(name);
        return weight instanceof DenseWeight dense && turned(source.info(name)) ? Conv1d.transposed(dense) : weight;
    }

    @Override
    public Weight readStored(String name) {
        return turned(source.info(name)) ? read(name) : source.readStored(name);
    }

    @Override
    public Optional<ActivationScheme> activations(String linear) {
        return source.activations(linear);
    }

    @Override
    public Optional<KeyValueScales> keyValueScales(String linear) {
        return source.keyValueScales(linear);
    }

    @Override
    public Optional<InputNorm> inputNorm(String linear) {
        return source.inputNorm(linear);
    }
}
