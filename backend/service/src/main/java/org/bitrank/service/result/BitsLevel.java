package org.bitrank.service.result;

import java.util.Locale;

/**
 * The number of bits that people mean when they ask for rows of so many bits. A mix counts as what it mixes wider codes into
 * ({@code q4_k_m}, 4.19 bits on the mean: 4); under two bits, where whole numbers say little, one decimal is left
 * ({@code BiLLM}, 1.1375: 1.1), and ternary codes have their 1.58.
 */
public final class BitsLevel {
    /** log2 3 */
    private static final double TERNARY = Math.log(3) / Math.log(2);

    private static final String TERNARY_LEVEL = "1.58";

    private static final double NEAR = 0.01;

    /** A mean that is as far below a whole number has a few narrower codes, or was rounded on its way. */
    private static final double SHORT_OF_WHOLE = 0.05;

    private BitsLevel() {}

    /** As in an address: {@code 4}, {@code 1.58}. */
    public static String of(double bits) {
        if (ternary(bits)) {
            return TERNARY_LEVEL;
        }
        if (bits >= 2 - SHORT_OF_WHOLE) {
            return Long.toString((long) Math.floor(bits + SHORT_OF_WHOLE));
        }
        String decimal = String.format(Locale.ROOT, "%.1f", bits);
        return decimal.endsWith(".0") ? decimal.substring(0, decimal.length() - 2) : decimal;
    }

    /** Null where a row has no number of bits. */
    public static String of(ResultRow row) {
        return row.bits() == null ? null : of(row.bits());
    }

    public static boolean ternary(double bits) {
        return Math.abs(bits - TERNARY) < NEAR;
    }
}
