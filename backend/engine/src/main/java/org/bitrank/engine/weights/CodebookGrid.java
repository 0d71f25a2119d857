package org.bitrank.engine.weights;

import java.util.Arrays;

/**
 * Grid of fixed levels, uniform or not: {@code value = levels[code] * scale}.
 *
 * @param name as the formats and papers call it: {@code nf4}, {@code fp4}, {@code e4m3}, {@code e2m1}, {@code cube-root},
 *     {@code ternary} …
 * @param bits that one code takes
 * @param levels of code 0, 1, …; at most {@code 2^bits}
 */
public record CodebookGrid(String name, int bits, float[] levels) implements Grid {
    public CodebookGrid {
        if (bits < 1 || bits > 8 || levels.length < 2 || levels.length > 1 << bits) {
            throw new IllegalArgumentException(levels.length + " levels do not fit codes of " + bits + " bits");
        }
    }

    @Override
    public float decode(int code, float scale, float zero) {
        return levels[code] * scale;
    }

    @Override
    public double nominalBits() {
        return levels.length == 3 ? Codebooks.TERNARY_BITS : bits;
    }

    /** Grids of the same levels are the same, whatever array holds them. */
    @Override
    public boolean equals(Object other) {
        return other instanceof CodebookGrid grid && name.equals(grid.name) && bits == grid.bits && Arrays.equals(levels, grid.levels);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(levels);
    }

    @Override
    public String toString() {
        return name;
    }
}
