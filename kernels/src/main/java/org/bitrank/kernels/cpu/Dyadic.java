package org.bitrank.kernels.cpu;

/** A scale {@code m / 2^k}, {@code m} from 128 to 255 (smaller only where the scale is below {@code 2^-37}). */
record Dyadic(int m, int k) {
    /** Leaves room in 64 bits for DI-Exp's eight fractional bits more and another factor of eight bits. */
    private static final int MOST = 44;

    /** The nearest to a positive number below 128. */
    static Dyadic of(double scale) {
        int k = Math.clamp(7 - Math.getExponent(scale), 0, MOST);
        long m = Math.round(Math.scalb(scale, k));
        if (m > 255 && k > 0) {
            k--;
            m = Math.round(Math.scalb(scale, k));
        }
        return new Dyadic((int) Math.clamp(m, 1, 255), k);
    }

    double value() {
        return Math.scalb((double) m, -k);
    }

    /** {@code x * m / 2^k}, rounded down. */
    long times(long x) {
        return x * m >> k;
    }

    /** The same in units of {@code 2^-fraction}. */
    long times(long x, int fraction) {
        long product = x * m;
        return fraction >= k ? product << fraction - k : product >> k - fraction;
    }
}
