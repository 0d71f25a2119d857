package org.bitrank.engine.model;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hadamard matrices of orders that are no power of two, by Paley's constructions over fields of {@code q} elements:
 * {@code q + 1} where {@code q} is 3 modulo 4, {@code 2 (q + 1)} where it is 1. The orders 156 and 172, which need other
 * constructions, are left out: blocks take their place.
 */
final class HadamardBases {
    private static final int[] SIZES = {140, 108, 60, 52, 36, 28, 44, 20, 12, 1};
    private static final Map<Integer, float[]> MATRICES = new ConcurrentHashMap<>();

    private HadamardBases() {}

    /** The base over which an order is a power of two, or 0 where there is none. */
    static int sizeFor(int order) {
        for (int size : SIZES) {
            if (order % size == 0 && Integer.bitCount(order / size) == 1) {
                return size;
            }
        }
        return 0;
    }

    /** Row-major, entries 1 and -1; shared, not to be written into. */
    static float[] matrix(int size) {
        return MATRICES.computeIfAbsent(size, HadamardBases::construct);
    }

    private static float[] construct(int size) {
        return switch (size) {
            case 1 -> new float[] {1};
            case 28, 36, 52 -> second(size / 2 - 1);
            default -> first(size - 1);
        };
    }

    /** {@code I + S}, where {@code S} borders the quadratic characters of differences skew-symmetrically. */
    private static float[] first(int q) {
        int n = q + 1;
        var matrix = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                int entry = i == j ? 1 : i == 0 ? 1 : j == 0 ? -1 : character(j - 1, i - 1, q);
                matrix[i * n + j] = entry;
            }
        }
        return matrix;
    }

    /** The symmetric conference matrix of {@code q + 1} with 0 and 1, -1 replaced by matrices of order 2. */
    private static float[] second(int q) {
        int n = q + 1;
        var matrix = new float[4 * n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                int entry = i == j ? 0 : i == 0 || j == 0 ? 1 : character(j - 1, i - 1, q);
                int at = 2 * i * 2 * n + 2 * j;
                matrix[at] = entry == 0 ? 1 : entry;
                matrix[at + 1] = entry == 0 ? -1 : entry;
                matrix[at + 2 * n] = entry == 0 ? -1 : entry;
                matrix[at + 2 * n + 1] = entry == 0 ? -1 : -entry;
            }
        }
        return matrix;
    }

    /** 1 where {@code a - b} is a square of the field, -1 where it is none, 0 where it is 0. */
    private static int character(int a, int b, int q) {
        int root = (int) Math.round(Math.sqrt(q));
        if (root * root != q) {
            return legendre(a - b, q);
        }
        // In the field of p^2 elements x + y w, w^2 = r, a number is a square where its norm x^2 - r y^2 is one modulo p.
        int x = a / root - b / root;
        int y = a % root - b % root;
        return legendre(x * x - nonResidue(root) * y * y, root);
    }

    private static int nonResidue(int p) {
        int r = 2;
        while (legendre(r, p) != -1) {
            r++;
        }
        return r;
    }

    private static int legendre(int a, int p) {
        int base = Math.floorMod(a, p);
        if (base == 0) {
            return 0;
        }
        for (int i = 1; i <= p / 2; i++) {
            if (i * i % p == base) {
                return 1;
            }
        }
        return -1;
    }
}
