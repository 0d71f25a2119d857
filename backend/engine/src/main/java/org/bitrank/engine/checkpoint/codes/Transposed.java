package org.bitrank.engine.checkpoint.codes;

import java.util.stream.IntStream;

/** Matrices that a format stores with inputs first. */
public final class Transposed {
    /** Columns done together, so that a line of the source is read once for all of them. */
    private static final int STRIP = 64;

    private Transposed() {}

    /** Takes the element at {@code from} to {@code to}. */
    private interface Move {
        void element(int from, int to);
    }

    /** {@code [rows, columns]} to {@code [columns, rows]}. */
    public static float[] of(float[] values, int rows, int columns) {
        var turned = new float[values.length];
        turn(rows, columns, (from, to) -> turned[to] = values[from]);
        return turned;
    }

    public static int[] of(int[] values, int rows, int columns) {
        var turned = new int[values.length];
        turn(rows, columns, (from, to) -> turned[to] = values[from]);
        return turned;
    }

    public static byte[] of(byte[] values, int rows, int columns) {
        var turned = new byte[values.length];
        turn(rows, columns, (from, to) -> turned[to] = values[from]);
        return turned;
    }

    private static void turn(int rows, int columns, Move move) {
        IntStream.range(0, (columns + STRIP - 1) / STRIP).parallel().forEach(strip -> {
            int to = Math.min(columns, (strip + 1) * STRIP);
            for (int row = 0; row < rows; row++) {
                for (int column = strip * STRIP; column < to; column++) {
                    move.element(row * columns + column, column * rows + row);
                }
            }
        });
    }
}
