package org.bitrank.kernels;

/** A matrix of {@code rows x columns}, row-major; a vector is one row. */
public record Shape(long rows, long columns) {
    public Shape {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException("negative shape " + rows + " x " + columns);
        }
        Math.multiplyExact(rows, columns);
    }

    public static Shape vector(long length) {
        return new Shape(1, length);
    }

    public long elements() {
        return rows * columns;
    }

    @Override
    public String toString() {
        return "[" + rows + ", " + columns + "]";
    }
}
