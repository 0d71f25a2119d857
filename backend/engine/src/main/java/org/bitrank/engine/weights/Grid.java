package org.bitrank.engine.weights;

/** What a code means, given its group's scale and zero point. */
public sealed interface Grid permits AffineGrid, CodebookGrid {
    /** Bits that one code takes where codes are stored one by one. */
    int bits();

    /** The number in a format's name: {@link #bits()}, but 1.58 for three levels. */
    default double nominalBits() {
        return bits();
    }

    /** @param zero of the group; grids without zero points do not look at it */
    float decode(int code, float scale, float zero);
}
