package org.bitrank.engine.quantize;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bitrank.engine.model.HadamardTransform;

/** An orthonormal change of coordinates: signs, then Hadamard transforms one after another. Computed in float64. */
final class Rotation {
    /** Vectors that are in float64 together. */
    private static final int PIECE = 64;

    /** Null where there are none. */
    private final double[] signs;
    private final List<HadamardTransform> transforms;

    private Rotation(double[] signs, List<HadamardTransform> transforms) {
        this.signs = signs;
        this.transforms = transforms;
    }

    static Rotation of(HadamardTransform... transforms) {
        return new Rotation(null, List.of(transforms));
    }

    /** Random signs, then the largest Hadamard transform of that width. */
    static Rotation withSigns(int width, int seed) {
        var random = new Random(seed);
        var signs = new double[width];
        for (int i = 0; i < width; i++) {
            signs[i] = random.nextBoolean() ? 1 : -1;
        }
        return new Rotation(signs, List.of(HadamardTransform.ofRow(width)));
    }

    /** Turns every row. The array is overwritten and returned. */
    float[] ofRows(float[] matrix, int columns) {
        int rows = matrix.length / columns;
        IntStream.range(0, (rows + PIECE - 1) / PIECE).parallel().forEach(piece -> {
            int from = piece * PIECE * columns;
            int to = Math.min(matrix.length, from + PIECE * columns);
            var vectors = new double[to - from];
            for (int i = 0; i < vectors.length; i++) {
                vectors[i] = matrix[from + i];
            }
            apply(vectors, columns);
            for (int i = 0; i < vectors.length; i++) {
                matrix[from + i] = (float) vectors[i];
            }
        });
        return matrix;
    }

    /** Turns every column. The array is overwritten and returned. */
    float[] ofColumns(float[] matrix, int columns) {
        int rows = matrix.length / columns;
        IntStream.range(0, (columns + PIECE - 1) / PIECE).parallel().forEach(piece -> {
            int from = piece * PIECE;
            int count = Math.min(columns - from, PIECE);
            var vectors = new double[count * rows];
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < count; i++) {
                    vectors[i * rows + row] = matrix[row * columns + from + i];
                }
            }
            apply(vectors, rows);
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < count; i++) {
                    matrix[row * columns + from + i] = (float) vectors[i * rows + row];
                }
            }
        });
        return matrix;
    }

    private void apply(double[] vectors, int width) {
        if (signs != null) {
            for (int i = 0; i < vectors.length; i++) {
                vectors[i] *= signs[i % width];
            }
        }
        transforms.forEach(transform -> transform.applyToRows(vectors, width));
    }
}
