package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * {@code y = x W^T + bias} under the name that the checkpoint gives it. A matrix that makes several things (queries, keys and
 * values) is taken apart by rows when it is loaded, so that each is a product and a tensor of its own.
 */
final class Linear implements AutoCloseable {
    private final LinearShape shape;
    private List<PackedMatrix> weights = List.of();
    /** Of all parts, in the order of the checkpoint; null where there is none. */
    private float[] bias;
    private List<Tensor> biases = List.of();
    /** Null where the products read the input as it is. */
    private InputTreatment treatment;
    /** Rounding that is tried out instead of the treatment's own; null where none is. */
    private InputTreatment tried;
    /** Of what it puts out, where the model computes with integers alone; else 0. */
    private int integerBits;

    private Linear(LinearShape shape) {
        this.shape = shape;
    }

    static Linear load(WeightLoader loader, LinearShape shape) {
        var linear = new Linear(shape);
        try {
            linear.weights = packed(loader.matrix(linear.tensor(), shape.outputs(), shape.inputs()), shape, loader.backend());
            if (shape.biased()) {
                linear.setBias(loader.floats(shape.name() + ".bias", shape.outputs()), loader.backend());
            }
            linear.treatment = loader.treatment(shape.name(), shape.inputs());
            linear.integerBits = loader.integerBits();
            return linear;
        } catch (Throwable failure) {
            linear.close();
            throw failure;
        }
    }

    private static List<PackedMatrix> packed(Weight weight, LinearShape shape, Backend backend) {
        String name = shape.name() + ".weight";
        if (shape.parts().size() == 1) {
            return List.of(WeightLoader.pack(name, weight, backend));
        }
        var parts = new ArrayList<PackedMatrix>();
        try {
            var rows = new WeightRows(weight);
            for (int[] part : shape.parts()) {
                parts.add(WeightLoader.pack(name, rows.of(part), backend));
            }
            return parts;
        } catch (Throwable failure) {
            parts.forEach(PackedMatrix::close);
            throw failure;
        }
    }

    String name() {
        return shape.name();
    }

    private String tensor() {
        return shape.name() + ".weight";
    }

    /** How many things it makes. */
    int parts() {
        return shape.parts().size();
    }

    /** @param outputs one for each part */
    void forward(Backend backend, LinearObserver observer, Tensor x, Tensor... outputs) {
        // Calibration sees what the weight is to be multiplied with, before it is rounded.
        Tensor input = treatment == null ? x : treatment.transform(x);
        observer.input(name(), input);
        if (observer.done()) {
            return;
        }
        InputTreatment rounding = tried == null ? treatment : tried;
        Tensor read = rounding == null ? input : rounding.round(input);
        for (int part = 0; part < outputs.length; part++) {
            backend.matmul(read, weights.get(part), bias == null ? null : biases.get(part), outputs[part]);
            if (integerBits > 0) {
                backend.integers().requantize(outputs[part], integerBits);
            }
        }
    }

    /** From now on inputs are rounded so, behind a norm and a transform that stay. @param scheme null: as the checkpoint says */
    void round(ActivationScheme scheme, Workspace workspace) {
        InputTreatment next = scheme == null ? null : InputTreatment.of(workspace, name(), shape.inputs(), null, null, scheme);
        Resources.close(tried);
        tried = next;
    }

    void replace(Weight replacement, Backend backend) {
        WeightLoader.checkShape(tensor(), replacement, shape.outputs(), shape.inputs());
        List<PackedMatrix> packed = packed(replacement, shape, backend);
        weights.forEach(PackedMatrix::close);
        weights = packed;
    }

    /** A copy; null where there is none. */
    float[] bias() {
        return bias == null ? null : bias.clone();
    }

    void replaceBias(float[] replacement, Backend backend) {
        if (bias == null || replacement.length != bias.length) {
            throw new IllegalArgumentException(
                    name() + " has " + (bias == null ? "no bias" : "a bias of " + bias.length + " numbers"));
        }
        setBias(replacement.clone(), backend);
    }

    private void setBias(float[] values, Backend backend) {
        var uploaded = new ArrayList<Tensor>();
        for (int[] part : shape.parts()) {
            var chosen = new float[part.length];
            for (int i = 0; i < part.length; i++) {
                chosen[i] = values[part[i]];
            }
            uploaded.add(backend.upload(chosen, Shape.vector(chosen.length)));
        }
        biases.forEach(Tensor::close);
        biases = uploaded;
        bias = values;
    }

    @Override
    public void close() {
        Resources.close(Resources.all(weights), Resources.all(biases), treatment, tried);
    }
}
