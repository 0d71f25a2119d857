package org.bitrank.engine.model;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.engine.weights.Weight;
import org.bitrank.engine.weights.Weights;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** Brings weights of a checkpoint to the device, each checked: there, of the right shape, every number finite. */
final class WeightLoader {
    private final WeightSource source;
    private final Backend backend;
    private final Workspace workspace;

    WeightLoader(WeightSource source, Backend backend) {
        this(source, backend, null);
    }

    /** @param workspace in which inputs of layers are treated */
    WeightLoader(WeightSource source, Workspace workspace) {
        this(source, workspace.backend(), workspace);
    }

    private WeightLoader(WeightSource source, Backend backend, Workspace workspace) {
        this.source = source;
        this.backend = backend;
        this.workspace = workspace;
    }

    /** The same weights for layers whose input is left as it is: a router among experts. */
    WeightLoader untreated() {
        return new WeightLoader(source, backend);
    }

    /** Of what layers put out, where the model computes with integers alone; else 0. */
    int integerBits() {
        return workspace == null ? 0 : workspace.online().integerBits();
    }

    /** What is done to a layer's input, or null. What only we can say stands in config.json; the rest the source knows. */
    InputTreatment treatment(String linear, int inputs) {
        if (workspace == null) {
            return null;
        }
        ActivationScheme own = workspace.online().activations(linear);
        ActivationScheme scheme = own == null ? source.activations(linear).orElse(null) : own;
        if (own != null && !own.dynamic()) {
            scheme = own.with(source.read(linear + ".input_scale").toFloats(), own.symmetric() ? null : zeros(linear, own.bits()));
        }
        return InputTreatment.of(workspace, linear, inputs, source.inputNorm(linear).orElse(null), workspace.online().transform(linear), scheme);
    }

    /** How a block's keys and values are kept in the file's own words; null where it says nothing. @param linear a projection of the attention */
    KeyValueScales keyValueScales(String linear) {
        return source.keyValueScales(linear).orElse(null);
    }

    /** In units of codes from 0 up; stored are signed ones, as compressed-tensors has them. */
    private float[] zeros(String linear, int bits) {
        float[] zeros = source.read(linear + ".input_zero_point").toFloats().clone();
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] += 1 << bits - 1;
        }
        return zeros;
    }

    Backend backend() {
        return backend;
    }

    /** A matrix as the checkpoint has it; {@link #pack} brings it to the device. */
    Weight matrix(String name, int outputs, int inputs) {
        return read(name, outputs, inputs);
    }

    float[] floats(String name, int length) {
        Weight weight = read(name, 1, length);
        Weights.requireFinite(name, weight);
        return weight.toFloats();
    }

    Tensor vector(String name, int length) {
        return backend.upload(floats(name, length), Shape.vector(length));
    }

    /** A table to look rows up in, in the type it is stored in. */
    Tensor table(String name, int rows, int columns) {
        Weight weight = read(name, rows, columns);
        Weights.requireFinite(name, weight);
        if (weight instanceof DenseWeight dense) {
            return backend.upload(dense.data(), dense.dtype(), new Shape(rows, columns));
        }
        return backend.upload(weight.toFloats(), new Shape(rows, columns));
    }

    private Weight read(String name, int rows, int columns) {
        if (!source.contains(name)) {
            throw missing(name);
        }
        Weight weight = source.read(name);
        checkShape(name, weight, rows, columns);
        return weight;
    }

    /** Of a quantized matrix the parts may be there, only not as any layout has them. */
    private BitRankException missing(String name) {
        String module = name.endsWith(".weight") ? name.substring(0, name.length() - "weight".length()) : name;
        List<String> parts = source.names().tailSet(module).stream()
                .takeWhile(other -> other.startsWith(module))
                .filter(other -> !other.endsWith(".bias"))
                .map(other -> "%s is %s %s".formatted(other, source.info(other).encoding(), source.info(other).shape()))
                .toList();
        return BitRankException.badInput("tensor " + name + " is missing; "
                + (parts.isEmpty() ? "is the checkpoint complete?" : "what is there of it is in no known layout: " + String.join(", ", parts)));
    }

    static void checkShape(String name, Weight weight, int rows, int columns) {
        if (weight.rows() != rows || weight.columns() != columns) {
            throw BitRankException.badInput("tensor %s is [%d, %d], but config.json asks for [%d, %d]"
                    .formatted(name, weight.rows(), weight.columns(), rows, columns));
        }
    }

    static PackedMatrix pack(String name, Weight weight, Backend backend) {
        if (weight instanceof DenseWeight dense) {
            Weights.requireFinite(name, weight);
            return packSegment(dense.data(), dense.dtype(), weight, backend);
        }
        float[] values = weight.toFloats();
        Weights.requireFinite(name, DenseWeight.of(values, weight.rows(), weight.columns()));
        return packSegment(MemorySegment.ofArray(values), DType.FLOAT32, weight, backend);
    }

    private static PackedMatrix packSegment(MemorySegment data, DType dtype, Weight weight, Backend backend) {
        return backend.pack(data, dtype, weight.rows(), weight.columns());
    }
}
