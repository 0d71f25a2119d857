package org.bitrank.engine.weights;

import java.lang.foreign.MemorySegment;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/** Checks on weights. */
public final class Weights {
    private static final int PIECE = 1 << 16;

    private Weights() {}

    /** Throws {@code BitRankException} of class BAD_INPUT, naming the tensor and the first bad element, if one is NaN or infinite. */
    public static void requireFinite(String name, Weight weight) {
        switch (weight) {
            case DenseWeight dense -> requireFinite(name, dense);
            // The grid's levels are numbers, so what is decoded is one if scales, zero points and offsets are.
            case GroupedWeight grouped -> {
                requireFinite(name, "scale", grouped.scales().values());
                requireFinite(name, "zero point", grouped.zeros());
                requireFinite(name, "offset", grouped.offsets() == null ? null : grouped.offsets().values());
            }
            case QuantizedWeight other -> requireFinite(name, DenseWeight.of(other.toFloats(), other.rows(), other.columns()));
        }
    }

    private static void requireFinite(String name, String kind, float[] numbers) {
        for (int group = 0; numbers != null && group < numbers.length; group++) {
            if (!Float.isFinite(numbers[group])) {
                throw BitRankException.badInput("tensor %s: the %s of group %d is NaN or infinity; the checkpoint is damaged, get it again"
                        .formatted(name, kind, group));
            }
        }
    }

    private static void requireFinite(String name, DenseWeight weight) {
        long bad = weight.dtype() == DType.FLOAT32 ? firstNotFiniteInts(weight) : firstNotFiniteShorts(weight);
        if (bad >= 0) {
            throw BitRankException.badInput("tensor %s holds NaN or infinity, first at [%d, %d]; the checkpoint is damaged, get it again"
                    .formatted(name, bad / weight.columns(), bad % weight.columns()));
        }
    }

    /** A number is finite unless all bits of its exponent are ones. The largest exponent of a piece is found in vector instructions. */
    private static long firstNotFiniteInts(DenseWeight weight) {
        int ones = 0x7F80_0000;
        long count = (long) weight.rows() * weight.columns();
        var piece = new int[(int) Math.min(PIECE, count)];
        for (long start = 0; start < count; start += PIECE) {
            int length = (int) Math.min(PIECE, count - start);
            MemorySegment.copy(weight.data(), DenseWeight.INT, start * Integer.BYTES, piece, 0, length);
            int largest = 0;
            for (int i = 0; i < length; i++) {
                largest = Math.max(largest, piece[i] & ones);
            }
            for (int i = 0; largest == ones && i < length; i++) {
                if ((piece[i] & ones) == ones) {
                    return start + i;
                }
            }
        }
        return -1;
    }

    private static long firstNotFiniteShorts(DenseWeight weight) {
        int ones = weight.dtype() == DType.FLOAT16 ? 0x7C00 : 0x7F80;
        long count = (long) weight.rows() * weight.columns();
        var piece = new short[(int) Math.min(PIECE, count)];
        for (long start = 0; start < count; start += PIECE) {
            int length = (int) Math.min(PIECE, count - start);
            MemorySegment.copy(weight.data(), DenseWeight.SHORT, start * Short.BYTES, piece, 0, length);
            int largest = 0;
            for (int i = 0; i < length; i++) {
                largest = Math.max(largest, piece[i] & ones);
            }
            for (int i = 0; largest == ones && i < length; i++) {
                if ((piece[i] & ones) == ones) {
                    return start + i;
                }
            }
        }
        return -1;
    }
}
