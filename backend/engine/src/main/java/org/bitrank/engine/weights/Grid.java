package org.bitrank.engine.weights;

/** What a code means, given its group's scale and zero point. */
public sealed interface Grid permits AffineGrid, CodebookGrid {
    /** Bits of one code: the number in a format's name. */
    int bits();

    /** @param zero of the group; grids without zero points do not look at it */
    float decode(int code, float scale, float zero);
}
