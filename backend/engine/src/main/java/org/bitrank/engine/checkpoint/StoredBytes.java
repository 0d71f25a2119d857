package org.bitrank.engine.checkpoint;

/**
 * Where the bytes of one stored tensor go: the true price, taken apart.
 *
 * @param values unquantized numbers
 * @param codes quantized codes
 * @param scales scales of every level; codebooks too
 * @param zeroPoints zero points, offsets, minima
 * @param indices which weights are special: bitmaps, the group of each column, masks
 * @param transforms permutations and rotations
 * @param adapters low-rank corrections
 * @param other shapes and the like
 */
public record StoredBytes(
        long values, long codes, long scales, long zeroPoints, long indices, long transforms, long adapters, long other) {
    public static final StoredBytes NONE = new StoredBytes(0, 0, 0, 0, 0, 0, 0, 0);

    /** Of a matrix that has neither transforms nor adapters, as most. */
    public StoredBytes(long values, long codes, long scales, long zeroPoints, long indices, long other) {
        this(values, codes, scales, zeroPoints, indices, 0, 0, other);
    }

    public static StoredBytes dense(long bytes) {
        return new StoredBytes(bytes, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Of a quantized matrix without indices. */
    public static StoredBytes quantized(long codes, long scales, long zeroPoints, long other) {
        return new StoredBytes(0, codes, scales, zeroPoints, 0, other);
    }

    public long total() {
        return values + codes + scales + zeroPoints + indices + transforms + adapters + other;
    }

    public StoredBytes plus(StoredBytes more) {
        return new StoredBytes(
                values + more.values,
                codes + more.codes,
                scales + more.scales,
                zeroPoints + more.zeroPoints,
                indices + more.indices,
                transforms + more.transforms,
                adapters + more.adapters,
                other + more.other);
    }
}
