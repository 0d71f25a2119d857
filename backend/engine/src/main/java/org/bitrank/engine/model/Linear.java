package org.bitrank.engine.model;

import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** {@code y = x W^T + bias} under the name that the checkpoint gives it. */
final class Linear implements AutoCloseable {
    private final String name;
    private final int outputs;
    private final int inputs;
    private PackedMatrix weight;
    private Tensor bias;
    /** Null where the product reads the input as it is. */
    private InputTreatment treatment;

    private Linear(String name, int outputs, int inputs) {
        this.name = name;
        this.outputs = outputs;
        this.inputs = inputs;
    }

    static Linear load(WeightLoader loader, String name, int outputs, int inputs, boolean biased) {
        var linear = new Linear(name, outputs, inputs);
        try {
            linear.weight = loader.matrix(name + ".weight", outputs, inputs);
            linear.bias = biased ? loader.vector(name + ".bias", outputs) : null;
            linear.treatment = loader.treatment(name, inputs);
            return linear;
        } catch (Throwable failure) {
            linear.close();
            throw failure;
        }
    }

    String name() {
        return name;
    }

    void forward(Backend backend, LinearObserver observer, Tensor x, Tensor y) {
        // Calibration sees what the weight is to be multiplied with, before it is rounded.
        Tensor input = treatment == null ? x : treatment.transform(x);
        observer.input(name, input);
        backend.matmul(treatment == null ? input : treatment.round(input), weight, bias, y);
    }

    void replace(Weight replacement, Backend backend) {
        WeightLoader.checkShape(name + ".weight", replacement, outputs, inputs);
        PackedMatrix packed = WeightLoader.pack(name + ".weight", replacement, backend);
        Resources.close(weight);
        weight = packed;
    }

    /** Null where there is none. */
    float[] bias(Backend backend) {
        return bias == null ? null : backend.download(bias);
    }

    void replaceBias(float[] replacement, Backend backend) {
        if (bias == null || replacement.length != outputs) {
            throw new IllegalArgumentException(name + " has " + (bias == null ? "no bias" : "a bias of " + outputs + " numbers"));
        }
        Tensor uploaded = backend.upload(replacement, Shape.vector(outputs));
        bias.close();
        bias = uploaded;
    }

    @Override
    public void close() {
        Resources.close(weight);
        Resources.close(bias);
        Resources.close(treatment);
    }
}
