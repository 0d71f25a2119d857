package org.bitrank.kernels.cpu;

/** The integer functions of I-LLM. */
final class IntegerMath {
    /** The softmax looks no further below the largest score. */
    static final int CLIP = 15;

    /** {@code 15 / 255}, the step of clipped scores in eight bits, as {@code m / 2^k}. */
    private static final Dyadic STEP = Dyadic.of(CLIP / 255.0);

    private IntegerMath() {}

    /** Units of what {@link #exp} gives. */
    static long one(Dyadic scale) {
        return 1L << scale.k() + 8;
    }

    /**
     * DI-Exp: {@code e^(-x * scale)} in units of {@code 1 / one(scale)}, too large by 7 % at most: {@code e^-t = 2^-(t log2 e)},
     * {@code log2 e = 369 / 256}, the power of two by a shift and what is left of the exponent by a straight line.
     *
     * @param x from 0 up
     */
    static long exp(long x, Dyadic scale) {
        long exponent = x * scale.m() * 369;
        int unit = scale.k() + 8;
        long shift = exponent >> unit;
        long rest = exponent & one(scale) - 1;
        return shift >= Long.SIZE ? 0 : one(scale) - (rest >> 1) >> shift;
    }

    /** {@code e^(-15 code / 255)}, {@code code} from 0 to 255. */
    static long expOfClipped(int code) {
        return exp(code, STEP);
    }

    /** The largest integer whose square is not above {@code x}. */
    static long root(long x) {
        long root = (long) Math.sqrt((double) x);
        while (root * root > x) {
            root--;
        }
        while ((root + 1) * (root + 1) <= x) {
            root++;
        }
        return root;
    }
}
