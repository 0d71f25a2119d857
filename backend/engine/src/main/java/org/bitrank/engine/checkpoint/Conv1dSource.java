package org.bitrank.engine.checkpoint;

import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;

/** Turns the matrices that {@link Conv1d} stores by their inputs, so that every matrix is {@code [outputs, inputs]}. */
final class Conv1dSource implements SourceAround {
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
    public WeightSource source() {
        return source;
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
}
