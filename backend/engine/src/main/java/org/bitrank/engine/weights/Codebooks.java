package org.bitrank.engine.weights;

import java.util.Arrays;

/** The fixed grids that several methods and formats share, codes as the formats store them. */
public final class Codebooks {
    /**
     * Normal Float of QLoRA: quantiles of the normal distribution, eight positive, seven negative and zero. The numbers are those
     * of bitsandbytes.
     */
    public static final CodebookGrid NF4 = new CodebookGrid("nf4", 4, new float[] {
        -1f,
        -0.6961928009986877f,
        -0.5250730514526367f,
        -0.39491748809814453f,
        -0.28444138169288635f,
        -0.18477343022823334f,
        -0.09105003625154495f,
        0f,
        0.07958029955625534f,
        0.16093020141124725f,
        0.24611230194568634f,
        0.33791524171829224f,
        0.44070982933044434f,
        0.5626170039176941f,
        0.7229568362236023f,
        1f
    });

    /** bitsandbytes' four-bit float: sign in the highest bit; not the E2M1 of the Open Compute Project. */
    public static final CodebookGrid FP4 = new CodebookGrid("fp4", 4, signed(0f, 1f / 192, 2f / 3, 1f, 1f / 3, 0.5f, 1f / 6, 0.25f));

    /** FP4 of the Open Compute Project: sign, 2 exponent bits, 1 mantissa bit. Element of MXFP4 and NVFP4. */
    public static final CodebookGrid E2M1 = new CodebookGrid("e2m1", 4, signed(0f, 0.5f, 1f, 1.5f, 2f, 3f, 4f, 6f));

    /** FP8 of the Open Compute Project. Its two patterns of NaN are never a weight's code. */
    public static final CodebookGrid E4M3 = new CodebookGrid("e4m3", 8, Float8Format.E4M3.levels());

    /** Code = value + 1. */
    public static final CodebookGrid TERNARY = new CodebookGrid("ternary", 2, new float[] {-1f, 0f, 1f});

    /** log2 3 = 1.58: what the literature calls a ternary code's width; five of them fit into eight bits. */
    public static final double TERNARY_BITS = Math.log(3) / Math.log(2);

    /** bitsandbytes' signed dynamic map: eight bits for numbers between -1 and 1 that are finer the smaller they are. */
    public static final CodebookGrid DYNAMIC = new CodebookGrid("dynamic", 8, dynamic());

    private Codebooks() {}

    /** Magnitudes by code, then the same negative. */
    private static float[] signed(float... magnitudes) {
        var levels = new float[2 * magnitudes.length];
        for (int code = 0; code < magnitudes.length; code++) {
            levels[code] = magnitudes[code];
            levels[magnitudes.length + code] = -magnitudes[code];
        }
        return levels;
    }

    /**
     * For each decade from 1e-6 to 1: the middles of 1, 2, 4, …, 64 equal cells of its upper nine tenths, with both signs; then 0
     * and 1. Rounded as PyTorch rounds, so that the levels are those in bitsandbytes' files.
     */
    private static float[] dynamic() {
        int decades = 7;
        var levels = new float[256];
        int count = 0;
        for (int decade = 0; decade < decades; decade++) {
            int cells = 1 << decade;
            float unit = (float) Math.pow(10, decade - decades + 1);
            for (int cell = 0; cell < cells; cell++) {
                float middle = (border(cell, cells) + border(cell + 1, cells)) / 2;
                levels[count++] = unit * middle;
                levels[count++] = -(unit * middle);
            }
        }
        levels[count++] = 0;
        levels[count] = 1;
        Arrays.sort(levels);
        return levels;
    }

    /** Border {@code index} of {@code cells} equal cells between 0.1 and 1; counted from the nearer end. */
    private static float border(int index, int cells) {
        float width = (1 - 0.1f) / cells;
        return index < (cells + 1) / 2 ? Math.fma(width, index, 0.1f) : Math.fma(-width, cells - index, 1f);
    }
}
