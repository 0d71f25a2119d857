package org.bitrank.engine.quantize;

import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.GroupNumbers;

/** Quantizes numbers of groups once more: blocks of 256 of them, scaled to their largest, to bitsandbytes' dynamic map. */
final class DoubleQuantization {
    static final int BLOCK = 256;

    /** The map's nearest code for each of that many numbers from -1 to 1; bitsandbytes looks numbers up in such a table. */
    private static final int TABLE = 1 << 16;

    private static final byte[] NEAREST = table();

    private DoubleQuantization() {}

    /** @param centred take the mean of all numbers off first, as QLoRA does with numbers that are all positive */
    static GroupNumbers.DoubleQuantized of(float[] numbers, boolean centred) {
        float mean = centred ? mean(numbers) : 0;
        var codes = new byte[numbers.length];
        var maxima = new float[(numbers.length + BLOCK - 1) / BLOCK];
        for (int block = 0; block < maxima.length; block++) {
            int end = Math.min(numbers.length, (block + 1) * BLOCK);
            for (int i = block * BLOCK; i < end; i++) {
                maxima[block] = Math.max(maxima[block], Math.abs(numbers[i] - mean));
            }
            float inverse = BlockFloat.inverse(maxima[block]);
            for (int i = block * BLOCK; i < end; i++) {
                float scaled = Math.clamp((numbers[i] - mean) * inverse, -1f, 1f);
                codes[i] = NEAREST[(int) ((scaled + 1) * 0.5f * (TABLE - 1) + 0.5f)];
            }
        }
        return new GroupNumbers.DoubleQuantized(codes, Codebooks.DYNAMIC.levels(), maxima, BLOCK, mean);
    }

    private static float mean(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += number;
        }
        return (float) (sum / numbers.length);
    }

    private static byte[] table() {
        var search = LevelSearch.nearest(Codebooks.DYNAMIC.levels());
        var table = new byte[TABLE];
        for (int i = 0; i < TABLE; i++) {
            table[i] = search.code((float) (2.0 * i / (TABLE - 1) - 1));
        }
        return table;
    }
}
