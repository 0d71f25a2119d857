package org.bitrank.engine.checkpoint;

import java.util.stream.IntStream;

/** Matrices that a format stores with inputs first. */
final class Transposed {
    /** Rows done together, so that a line of the source is read once for all of them. */
    private static final int STRIP = 64;

    private Transposed() {}

    /** {@code [rows, columns]} to {@code [columns, rows]}. */
    static float[] of(float[] values, int rows, int columns) {
        var turned = new float[values.length];
        IntStream.range(0, (columns + STRIP - 1) / STRIP).parallel().forEach(strip -> {
            int to = Math.min(columns, (strip + 1) * STRIP);
            for (int row = 0; row < rows; row++) {
                for (int column = strip * STRIP; column < to; column++) {
                    turned[column * rows + row] = values[row * columns + column];
                }
            }
        });
        return turned;
    }

    static byte[] of(byte[] values, int rows, int columns) {
        var turned = new byte[values.length];
        IntStream.range(0, (columns + STRIP - 1) / STRIP).parallel().forEach(strip -> {
            int to = Math.min(columns, (strip + 1) * STRIP);
            for (int row = 0; row < rows; row++) {
                for (int column = strip * STRIP; column < to; column++) {
                    turned[column * rows + row] = values[row * columns + column];
                }
            }
        });
        return turned;
    }
}
