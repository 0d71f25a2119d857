package org.bitrank.engine.quantize;

import org.bitrank.engine.weights.CodebookGrid;

/**
 * The non-uniform quantizer of the perturbation study: {@code 2^bits} uniform steps between -1 and 1 in the cube root of a number
 * that was scaled to its group's largest. Small numbers, which bear no error, get fine steps, and large ones coarse steps.
 *
 * <p>Gong et al.: What Makes Quantization for Large Language Models Hard? (AAAI 2024, arXiv 2403.06408). It has no published code;
 * symmetric steps without a level at zero, and rounding in the cube root, are our reading.
 */
final class CubeRootGrid {
    private final CodebookGrid grid;
    private final LevelSearch search;

    CubeRootGrid(int bits) {
        int last = (1 << bits) - 1;
        var levels = new float[last + 1];
        var borders = new float[last];
        var codes = new byte[last + 1];
        for (int code = 0; code <= last; code++) {
            levels[code] = cube((2.0 * code - last) / last);
            codes[code] = (byte) code;
            if (code > 0) {
                // Half-way in the cube root.
                borders[code - 1] = cube((2.0 * code - 1 - last) / last);
            }
        }
        this.grid = new CodebookGrid("cube-root", bits, levels);
        this.search = new LevelSearch(borders, codes);
    }

    private static float cube(double root) {
        return (float) (root * root * root);
    }

    /** Levels from -1 to 1. */
    CodebookGrid grid() {
        return grid;
    }

    /** Codes of {@code numbers[from .. to - 1] / scale}. */
    void codes(float[] numbers, int from, int to, float scale, byte[] codes) {
        search.codes(numbers, from, to, 1 / scale, codes);
    }
}
