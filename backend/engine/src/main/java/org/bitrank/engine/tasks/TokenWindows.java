package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitrank.kernels.BitRankException;

/**
 * The windows of the GPTQ convention: the text's tokens from the start in pieces of the same length, without overlap; inside
 * each, every token but the first is predicted.
 */
public final class TokenWindows {
    private TokenWindows() {}

    /** @param limit the most windows; 0 for all */
    public static List<int[]> cut(int[] tokens, int length, int limit) {
        int count = tokens.length / length;
        if (count == 0) {
            throw BitRankException.badInput("the text has %d tokens, fewer than one window of %d; use a smaller sequence_length"
                    .formatted(tokens.length, length));
        }
        int wanted = limit > 0 ? Math.min(limit, count) : count;
        var windows = new ArrayList<int[]>(wanted);
        for (int i = 0; i < wanted; i++) {
            windows.add(Arrays.copyOfRange(tokens, i * length, (i + 1) * length));
        }
        return windows;
    }
}
