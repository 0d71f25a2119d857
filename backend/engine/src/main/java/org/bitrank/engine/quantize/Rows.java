package org.bitrank.engine.quantize;

import java.util.stream.IntStream;

/** Runs work on independent rows on all cores. */
public final class Rows {
    /** Work on rows {@code from .. to - 1}. */
    public interface Range {
        void run(int from, int to);
    }

    private Rows() {}

    /** Ranges are multiples of {@code tile} rows but for the last; what a row gets does not depend on its range. */
    public static void parallel(int rows, int tile, Range work) {
        int ranges = 4 * Runtime.getRuntime().availableProcessors();
        int size = Math.max(tile, (rows / ranges + tile - 1) / tile * tile);
        IntStream.range(0, (rows + size - 1) / size)
                .parallel()
                .forEach(range -> work.run(range * size, Math.min(rows, (range + 1) * size)));
    }
}
