package org.bitrank.engine.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** Brings weights of a checkpoint to the device, each checked: there, of the right shape, every number finite. */
final class WeightLoader {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final WeightSource source;
    private final Backend backend;

    WeightLoader(WeightSource source, Backend backend) {
        this.source = source;
        this.backend = backend;
    }

    PackedMatrix matrix(String name, int outputs, int inputs) {
        return pack(name, read(name, outputs, inputs), backend);
    }

    Tensor vector(String name, int length) {
        Weight weight = read(name, 1, length);
        checkFinite(name, weight);
        return backend.upload(weight.toFloats(), Shape.vector(length));
    }

    /** A table to look rows up in, in the type it is stored in. */
    Tensor table(String name, int rows, int columns) {
        Weight weight = read(name, rows, columns);
        checkFinite(name, weight);
        if (weight instanceof DenseWeight dense) {
            return backend.upload(dense.data(), dense.dtype(), new Shape(rows, columns));
        }
        return backend.upload(weight.toFloats(), new Shape(rows, columns));
    }

    private Weight read(String name, int rows, int columns) {
        if (!source.contains(name)) {
            throw BitRankException.badInput("tensor " + name + " is missing; is the checkpoint complete?");
        }
        Weight weight = source.read(name);
        checkShape(name, weight, rows, columns);
        return weight;
    }

    static void checkShape(String name, Weight weight, int rows, int columns) {
        if (weight.rows() != rows || weight.columns() != columns) {
            throw BitRankException.badInput("tensor %s is [%d, %d], but config.json asks for [%d, %d]"
                    .formatted(name, weight.rows(), weight.columns(), rows, columns));
        }
    }

    static PackedMatrix pack(String name, Weight weight, Backend backend) {
        if (weight instanceof DenseWeight dense) {
            checkFinite(name, weight);
            return packSegment(dense.data(), dense.dtype(), weight, backend);
        }
        float[] values = weight.toFloats();
        checkFinite(name, DenseWeight.of(values, weight.rows(), weight.columns()));
        return packSegment(MemorySegment.ofArray(values), DType.FLOAT32, weight, backend);
    }

    private static PackedMatrix packSegment(MemorySegment data, DType dtype, Weight weight, Backend backend) {
        return backend.pack(data, dtype, weight.rows(), weight.columns());
    }

    private static void checkFinite(String name, Weight weight) {
        long broken = weight instanceof DenseWeight dense ? firstNotFinite(dense) : firstNotFinite(weight.toFloats());
        if (broken >= 0) {
            throw BitRankException.badInput("tensor %s holds NaN or infinity, first at [%d, %d]; the checkpoint is damaged"
                    .formatted(name, broken / weight.columns(), broken % weight.columns()));
        }
    }

    private static long firstNotFinite(float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                return i;
            }
        }
        return -1;
    }

    /** Index of the first element whose exponent bits are all ones, or -1. */
    private static long firstNotFinite(DenseWeight weight) {
        MemorySegment data = weight.data();
        long count = (long) weight.rows() * weight.columns();
        int exponent = switch (weight.dtype()) {
            case FLOAT32 -> 0x7F80_0000;
            case FLOAT16 -> 0x7C00;
            case BFLOAT16 -> 0x7F80;
            case INT32 -> throw new IllegalStateException("an INT32 tensor is no weight");
        };
        if (weight.dtype() == DType.FLOAT32) {
            for (long i = 0; i < count; i++) {
                if ((data.get(INT, i * 4) & exponent) == exponent) {
                    return i;
                }
            }
        } else {
            for (long i = 0; i < count; i++) {
                if ((data.get(SHORT, i * 2) & exponent) == exponent) {
                    return i;
                }
            }
        }
        return -1;
    }
}
