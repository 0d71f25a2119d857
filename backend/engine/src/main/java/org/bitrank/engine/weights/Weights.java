package org.bitrank.engine.weights;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/** Checks on weights. */
public final class Weights {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final int FLOAT32_EXPONENT = 0x7F80_0000;
    private static final short FLOAT16_EXPONENT = 0x7C00;
    private static final short BFLOAT16_EXPONENT = 0x7F80;

    private Weights() {}

    /** Throws {@code BitRankException} of class NUMERICAL, naming the tensor and the first bad element, if one is NaN or infinite. */
    public static void requireFinite(String name, Weight weight) {
        switch (weight) {
            case DenseWeight dense -> requireFinite(name, dense);
            case QuantizedWeight quantized -> {
                requireFinite(name + " (scales)", DenseWeight.of(quantized.scales(), quantized.rows(), quantized.groups()));
                if (quantized.zeros() != null) {
                    requireFinite(name + " (zero points)", DenseWeight.of(quantized.zeros(), quantized.rows(), quantized.groups()));
                }
            }
        }
    }

    private static void requireFinite(String name, DenseWeight weight) {
        long bad = weight.dtype() == DType.FLOAT32
                ? firstNotFiniteInts(weight.data())
                : firstNotFiniteShorts(weight.data(), weight.dtype() == DType.FLOAT16 ? FLOAT16_EXPONENT : BFLOAT16_EXPONENT);
        if (bad >= 0) {
            throw BitRankException.numerical("tensor %s holds NaN or infinity at row %d, column %d; the checkpoint is damaged, get it again"
                    .formatted(name, bad / weight.columns(), bad % weight.columns()));
        }
    }

    /** A number is finite unless all bits of its exponent are ones. */
    private static long firstNotFiniteInts(MemorySegment data) {
        long count = data.byteSize() / Integer.BYTES;
        long bound = count - count % INTS.length();
        long at = 0;
        for (; at < bound; at += INTS.length()) {
            IntVector exponents = IntVector.fromMemorySegment(INTS, data, at * Integer.BYTES, ByteOrder.LITTLE_ENDIAN)
                    .lanewise(VectorOperators.AND, FLOAT32_EXPONENT);
            if (exponents.eq(FLOAT32_EXPONENT).anyTrue()) {
                break;
            }
        }
        for (; at < count; at++) {
            if ((data.get(DenseWeight.INT, at * Integer.BYTES) & FLOAT32_EXPONENT) == FLOAT32_EXPONENT) {
                return at;
            }
        }
        return -1;
    }

    private static long firstNotFiniteShorts(MemorySegment data, short exponent) {
        long count = data.byteSize() / Short.BYTES;
        long bound = count - count % SHORTS.length();
        long at = 0;
        for (; at < bound; at += SHORTS.length()) {
            ShortVector exponents = ShortVector.fromMemorySegment(SHORTS, data, at * Short.BYTES, ByteOrder.LITTLE_ENDIAN)
                    .lanewise(VectorOperators.AND, exponent);
            if (exponents.eq(exponent).anyTrue()) {
                break;
            }
        }
        for (; at < count; at++) {
            if ((data.get(DenseWeight.SHORT, at * Short.BYTES) & exponent) == exponent) {
                return at;
            }
        }
        return -1;
    }
}
