package org.bitrank.engine.weights;

/** Which weights of a matrix share a scale. Groups are numbered over the whole matrix. */
public sealed interface GroupLayout {
    /** Groups of a matrix of that size. */
    int count(int rows, int columns);

    /** The group of one weight in a matrix of that many columns. */
    int group(int row, int column, int columns);

    /** The column up to which, from this one on, the row's weights are of one group: at most {@code columns}, at least the next. */
    default int runEnd(int row, int column, int columns) {
        return column + 1;
    }

    /**
     * Runs of {@code size} neighbouring columns of one row; a row's last may be shorter. Per channel: {@code size} is the row's
     * length.
     */
    record AlongColumns(int size) implements GroupLayout {
        @Override
        public int count(int rows, int columns) {
            return rows * perRow(columns, size);
        }

        @Override
        public int group(int row, int column, int columns) {
            return row * perRow(columns, size) + column / size;
        }

        @Override
        public int runEnd(int row, int column, int columns) {
            return Math.min(columns, (column / size + 1) * size);
        }
    }

    /**
     * As {@link AlongColumns}, but an index says which group of its row a column belongs to: act-order scatters them.
     *
     * @param groupOfColumn the same in all rows
     */
    record Scattered(int size, int[] groupOfColumn) implements GroupLayout {
        @Override
        public int count(int rows, int columns) {
            return rows * perRow(columns, size);
        }

        @Override
        public int group(int row, int column, int columns) {
            return row * perRow(columns, size) + groupOfColumn[column];
        }
    }

    /** Rectangles, numbered row by row; those at the right and lower edge may be smaller. The whole matrix: one rectangle. */
    record Blocks(int blockRows, int blockColumns) implements GroupLayout {
        @Override
        public int count(int rows, int columns) {
            return perRow(rows, blockRows) * perRow(columns, blockColumns);
        }

        @Override
        public int group(int row, int column, int columns) {
            return row / blockRows * perRow(columns, blockColumns) + column / blockColumns;
        }

        @Override
        public int runEnd(int row, int column, int columns) {
            return Math.min(columns, (column / blockColumns + 1) * blockColumns);
        }
    }

    /** Runs of {@code size} neighbours in row-major order, which may go on in the next row: bitsandbytes. */
    record Flat(int size) implements GroupLayout {
        @Override
        public int count(int rows, int columns) {
            return (int) (((long) rows * columns + size - 1) / size);
        }

        @Override
        public int group(int row, int column, int columns) {
            return (int) (((long) row * columns + column) / size);
        }

        @Override
        public int runEnd(int row, int column, int columns) {
            return (int) Math.min(columns, column + size - ((long) row * columns + column) % size);
        }
    }

    /** Weight {@code i} in row-major order belongs to group {@code i mod groups}: HQQ's axis 0. */
    record Strided(int groups) implements GroupLayout {
        @Override
        public int count(int rows, int columns) {
            return groups;
        }

        @Override
        public int group(int row, int column, int columns) {
            return (int) (((long) row * columns + column) % groups);
        }
    }

    /** Groups in a run of {@code length}; the last may be shorter. */
    static int perRow(int length, int size) {
        return (length + size - 1) / size;
    }
}
