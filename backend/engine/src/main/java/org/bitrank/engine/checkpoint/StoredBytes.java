package org.bitrank.engine.checkpoint;

/**
 * Where the bytes of one stored tensor go.
 *
 * @param values unquantized numbers
 * @param codes quantized codes
 * @param zeroPoints zero points, or minima of formats that store those
 * @param indices the group of each column, where act-order scatters them
 * @param other shapes and the like
 */
public record StoredBytes(long values, long codes, long scales, long zeroPoints, long indices, long other) {
    public static final StoredBytes NONE = new StoredBytes(0, 0, 0, 0, 0, 0);

    static StoredBytes dense(long bytes) {
        return new StoredBytes(bytes, 0, 0, 0, 0, 0);
    }

    public long total() {
        return values + codes + scales + zeroPoints + indices + other;
    }

    public StoredBytes plus(StoredBytes more) {
        return new StoredBytes(
                values + more.values,
                codes + more.codes,
                scales + more.scales,
                zeroPoints + more.zeroPoints,
                indices + more.indices,
                other + more.other);
    }
}
