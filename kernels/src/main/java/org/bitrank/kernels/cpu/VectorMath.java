package org.bitrank.kernels.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import java.nio.ByteOrder;

/** What the vector kernels share: loads and stores at addresses, the exponential, rounding to bfloat16. */
final class VectorMath {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

    /** As many 16-bit lanes as {@link #FLOATS} has. */
    static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    static final int LANES = FLOATS.length();

    private static final VectorShuffle<Float>[] FOLDS = folds();

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    private VectorMath() {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static VectorShuffle<Float>[] folds() {
        VectorShuffle[] folds = new VectorShuffle[Integer.numberOfTrailingZeros(LANES)];
        for (int i = 0; i < folds.length; i++) {
            int distance = LANES >> (i + 1);
            folds[i] = VectorShuffle.fromOp(FLOATS, lane -> lane ^ distance);
        }
        return folds;
    }

    static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(FLOATS, Memory.ALL, address, LITTLE);
    }

    static FloatVector load(long address, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(FLOATS, Memory.ALL, address, LITTLE, mask);
    }

    static void store(FloatVector vector, long address) {
        vector.intoMemorySegment(Memory.ALL, address, LITTLE);
    }

    static void store(FloatVector vector, long address, VectorMask<Float> mask) {
        vector.intoMemorySegment(Memory.ALL, address, LITTLE, mask);
    }

    /** The lanes below {@code count}. */
    static VectorMask<Float> first(int count) {
        return FLOATS.indexInRange(0, count);
    }

    static float get(long address) {
        return Memory.ALL.get(Memory.FLOAT, address);
    }

    static void set(long address, float value) {
        Memory.ALL.set(Memory.FLOAT, address, value);
    }

    /**
     * {@code e^x} within 2 units in the last place, for x up to 88; below -87.3 it stays at the smallest normal number.
     * x is split into n ln 2 + r; e^r is the polynomial of Cephes' expf, and 2^n is put into the exponent.
     */
    static FloatVector exp(FloatVector x) {
        FloatVector clamped = x.max(-87.33f).min(88.37f);
        // Adding 1.5 * 2^23 rounds to an integer, which is then in the low bits of the sum.
        FloatVector shifted = clamped.fma(FloatVector.broadcast(FLOATS, 1.44269504f), FloatVector.broadcast(FLOATS, 12582912f));
        FloatVector n = shifted.sub(12582912f);
        FloatVector r = n.fma(FloatVector.broadcast(FLOATS, -0.693359375f), clamped);
        r = n.fma(FloatVector.broadcast(FLOATS, 2.12194440e-4f), r);
        FloatVector p = FloatVector.broadcast(FLOATS, 1.9875691500e-4f);
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1.3981999507e-3f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 8.3334519073e-3f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 4.1665795894e-2f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1.6666665459e-1f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 5.0000001201e-1f));
        FloatVector y = p.fma(r.mul(r), r).add(1f);
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return y.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    }

    /**
     * The sum of the lanes, halves folded onto each other. {@link FloatVector#reduceLanes} leaves the order open, and
     * interpreted and compiled code differ in it.
     */
    static float sum(FloatVector vector) {
        FloatVector folded = vector;
        for (VectorShuffle<Float> fold : FOLDS) {
            folded = folded.add(folded.rearrange(fold));
        }
        return folded.lane(0);
    }

    /** Rounds to bfloat16, to nearest even; NaN stays NaN. */
    static void storeBfloat16(FloatVector vector, long address) {
        bfloat16(vector).intoMemorySegment(Memory.ALL, address, LITTLE);
    }

    private static ShortVector bfloat16(FloatVector vector) {
        IntVector bits = vector.reinterpretAsInts();
        IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
        IntVector rounded = bits.add(0x7fff).add(odd);
        VectorMask<Integer> nan = vector.test(VectorOperators.IS_NAN).cast(INTS);
        rounded = rounded.blend(bits.or(0x400000), nan).lanewise(VectorOperators.LSHR, 16);
        return (ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0);
    }

    /** Rounds {@code count} floats to bfloat16. */
    static void toBfloat16(long source, long target, long count) {
        long i = 0;
        for (; i <= count - LANES; i += LANES) {
            storeBfloat16(load(source + i * 4), target + i * 2);
        }
        for (; i < count; i++) {
            Memory.ALL.set(Memory.SHORT, target + i * 2, Numbers.toBfloat16(get(source + i * 4)));
        }
    }
}
