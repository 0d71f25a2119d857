package org.bitrank.engine.quantize.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bitrank.engine.quantize.Tensors;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Tensor;

/** States in the back end's memory. */
final class HeldStates implements SequenceStates {
    private final Backend backend;
    private final List<Tensor> states = new ArrayList<>();

    HeldStates(Backend backend) {
        this.backend = backend;
    }

    @Override
    public void add(Tensor added) {
        states.add(added);
    }

    @Override
    public void change(int batch, Consumer<Tensor> change) {
        change.accept(states.get(batch));
    }

    @Override
    public Tensor copy(int batch) {
        return Tensors.copy(states.get(batch), backend);
    }

    @Override
    public void close() {
        states.forEach(Tensor::close);
    }
}
