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

    private static final VectorShuffle<Float> HALVES = fold(2);
    private static final VectorShuffle<Float> QUARTERS = fold(4);
    private static final VectorShuffle<Float> EIGHTHS = fold(8);
    private static final VectorShuffle<Float> SIXTEENTHS = fold(16);

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    private VectorMath() {}

    /** Exchanges lanes that are {@code LANES / parts} apart. */
    private static VectorShuffle<Float> fold(int parts) {
        int distance = LANES / parts;
        return VectorShuffle.fromOp(FLOATS, lane -> lane ^ distance);
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
        // Comparisons and blends, because max and min of vectors pay for the signs of zeros; NaN passes through.
        FloatVector clamped = x.blend(-87.33f, x.compare(VectorOperators.LT, -87.33f));
        clamped = clamped.blend(88.37f, clamped.compare(VectorOperators.GT, 88.37f));
        return expOfClamped(clamped);
    }

    /** The same for x that is known to stay below 88: what softmax needs. */
    static FloatVector expBelow88(FloatVector x) {
        return expOfClamped(x.blend(-87.33f, x.compare(VectorOperators.LT, -87.33f)));
    }

    private static FloatVector expOfClamped(FloatVector clamped) {
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
     * {@code 2^x} within 3e-6 of it, relatively, for x up to 127: enough for what is rounded to bfloat16, whose steps are a
     * thousand times as wide. Below -126 it stays at the smallest normal number.
     */
    static FloatVector roughExp2(FloatVector x) {
        FloatVector clamped = x.blend(-126f, x.compare(VectorOperators.LT, -126f));
        FloatVector shifted = clamped.add(12582912f);
        FloatVector r = clamped.sub(shifted.sub(12582912f));
        // Least squares of the relative error over Chebyshev's points of [-0.5, 0.5].
        FloatVector p = FloatVector.broadcast(FLOATS, 9.56051021e-3f);
        p = p.fma(r, FloatVector.broadcast(FLOATS, 5.59170392e-2f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 2.40249811e-1f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 6.93121968e-1f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 9.99999191e-1f));
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    }

    /**
     * The sum of the lanes, halves folded onto each other. {@link FloatVector#reduceLanes} leaves the order open, and
     * interpreted and compiled code differ in it.
     */
    static float sum(FloatVector vector) {
        FloatVector folded = vector.add(vector.rearrange(HALVES));
        folded = folded.add(folded.rearrange(QUARTERS));
        if (LANES > 4) {
            folded = folded.add(folded.rearrange(EIGHTHS));
        }
        if (LANES > 8) {
            folded = folded.add(folded.rearrange(SIXTEENTHS));
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

    /** The same for numbers from 0 up; a tie goes up, and of NaN only the usual one stays. */
    static void storeBfloat16OfPositive(FloatVector vector, long address) {
        IntVector rounded = vector.reinterpretAsInts().add(0x8000).lanewise(VectorOperators.LSHR, 16);
        ((ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0)).intoMemorySegment(Memory.ALL, address, LITTLE);
    }

    /** The larger of each two lanes; NaN in {@code b} is passed over. */
    static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    /** The largest lane. */
    static float largest(FloatVector vector) {
        FloatVector folded = larger(vector, vector.rearrange(HALVES));
        folded = larger(folded, folded.rearrange(QUARTERS));
        if (LANES > 4) {
            folded = larger(folded, folded.rearrange(EIGHTHS));
        }
        if (LANES > 8) {
            folded = larger(folded, folded.rearrange(SIXTEENTHS));
        }
        return folded.lane(0);
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
