package org.bitrank.engine.weights;

/**
 * Uniform integer grid: {@code value = (code - zero) * scale}, codes {@code 0 .. 2^bits - 1}.
 *
 * @param symmetric every zero point is {@code 2^(bits - 1)} and is not stored
 */
public record AffineGrid(int bits, boolean symmetric) implements Grid {
    public AffineGrid {
        if (bits < 1 || bits > 8) {
            throw new IllegalArgumentException("an affine grid has 1 to 8 bits, not " + bits);
        }
    }

    public int maximumCode() {
        return (1 << bits) - 1;
    }

    /** The zero point of a symmetric grid. */
    public int middle() {
        return 1 << (bits - 1);
    }

    /** For messages: {@code 4-bit integers with zero points}. */
    @Override
    public String toString() {
        return "%d-bit integers %s zero points".formatted(bits, symmetric ? "without" : "with");
    }

    @Override
    public float decode(int code, float scale, float zero) {
        return (code - zero) * scale;
    }
}
