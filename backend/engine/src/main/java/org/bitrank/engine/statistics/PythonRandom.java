package org.bitrank.engine.statistics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The numbers that CPython's {@code random.Random(seed)} gives, because published protocols draw their samples with it:
 * the Mersenne Twister MT19937 seeded by {@code init_by_array} with the seed's 32-bit words.
 */
public final class PythonRandom {
    private static final int SIZE = 624;
    private static final int MIDDLE = 397;

    private final int[] state = new int[SIZE];
    private int next = SIZE;

    public PythonRandom(long seed) {
        if (seed < 0) {
            throw new IllegalArgumentException("seed " + seed + " is negative");
        }
        int[] key = seed >>> 32 == 0 ? new int[] {(int) seed} : new int[] {(int) seed, (int) (seed >>> 32)};
        seed(key);
    }

    private void seed(int[] key) {
        state[0] = 19650218;
        for (int i = 1; i < SIZE; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
        int i = 1;
        int j = 0;
        for (int step = Math.max(SIZE, key.length); step > 0; step--) {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >>> 30)) * 1664525)) + key[j] + j;
            i = following(i);
            j = (j + 1) % key.length;
        }
        for (int step = SIZE - 1; step > 0; step--) {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >>> 30)) * 1566083941)) - i;
            i = following(i);
        }
        state[0] = 0x80000000;
    }

    private int following(int i) {
        if (i + 1 < SIZE) {
            return i + 1;
        }
        state[0] = state[SIZE - 1];
        return 1;
    }

    private int nextWord() {
        if (next == SIZE) {
            for (int i = 0; i < SIZE; i++) {
                int word = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7FFFFFFF);
                state[i] = state[(i + MIDDLE) % SIZE] ^ (word >>> 1) ^ ((word & 1) == 0 ? 0 : 0x9908B0DF);
            }
            next = 0;
        }
        int word = state[next++];
        word ^= word >>> 11;
        word ^= (word << 7) & 0x9D2C5680;
        word ^= (word << 15) & 0xEFC60000;
        return word ^ (word >>> 18);
    }

    /** {@code getrandbits(count)} for 1 to 32 bits. */
    public long bits(int count) {
        if (count < 1 || count > 32) {
            throw new IllegalArgumentException(count + " random bits");
        }
        return Integer.toUnsignedLong(nextWord()) >>> (32 - count);
    }

    /** {@code randrange(bound)}: a whole number from 0 to {@code bound - 1}. */
    public int below(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("no whole number is below " + bound);
        }
        int count = 32 - Integer.numberOfLeadingZeros(bound);
        long value = bits(count);
        while (value >= bound) {
            value = bits(count);
        }
        return (int) value;
    }

    /** {@code randint(first, last)}: both ends may come. */
    public int between(int first, int last) {
        return first + below(last - first + 1);
    }

    /** {@code random()}: from 0 to 1, 53 bits. */
    public double real() {
        long high = bits(32) >>> 5;
        long low = bits(32) >>> 6;
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

    /** {@code count} different members of {@code population}, in the order drawn. */
    public <T> List<T> sample(List<T> population, int count) {
        int size = population.size();
        if (count < 0 || count > size) {
            throw new IllegalArgumentException(count + " of " + size);
        }
        var sample = new ArrayList<T>(count);
        if (size <= poolLimit(count)) {
            var pool = new ArrayList<>(population);
            for (int i = 0; i < count; i++) {
                int drawn = below(size - i);
                sample.add(pool.get(drawn));
                pool.set(drawn, pool.get(size - i - 1));
            }
            return sample;
        }
        var taken = new HashSet<Integer>();
        for (int i = 0; i < count; i++) {
            int drawn = below(size);
            while (!taken.add(drawn)) {
                drawn = below(size);
            }
            sample.add(population.get(drawn));
        }
        return sample;
    }

    /** Up to this size CPython copies the population; above, it remembers what it took. */
    private static double poolLimit(int count) {
        return 21 + (count > 5 ? Math.pow(4, Math.ceil(Math.log(count * 3.0) / Math.log(4))) : 0);
    }
}
