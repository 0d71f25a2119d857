package org.bitrank.engine.quantize;

import org.bitrank.engine.weights.GroupLayout;

/** Goes through a matrix group by group where groups are made of neighbours: on all cores, by runs of one group's weights. */
final class GroupRuns {
    /** Weights {@code from .. to - 1} of the row-major matrix, all of one group. */
    interface Run {
        void take(int group, int from, int to);
    }

    private GroupRuns() {}

    /** A group of several rows comes in several runs, on any thread; the others in one. */
    static void forEach(int rows, int columns, GroupLayout layout, Run work) {
        switch (layout) {
            case GroupLayout.Flat flat -> {
                long end = (long) rows * columns;
                Rows.parallel(layout.count(rows, columns), 1, (from, to) -> {
                    for (int group = from; group < to; group++) {
                        work.take(group, group * flat.size(), (int) Math.min(end, (group + 1L) * flat.size()));
                    }
                });
            }
            case GroupLayout.AlongColumns _, GroupLayout.Blocks _ -> alongRows(rows, columns, layout, work);
            case GroupLayout.Scattered _, GroupLayout.Strided _ -> throw new IllegalArgumentException(layout + " is not made of neighbours");
        }
    }

    private static void alongRows(int rows, int columns, GroupLayout layout, Run work) {
        Rows.parallel(rows, 1, (from, to) -> {
            for (int row = from; row < to; row++) {
                for (int column = 0; column < columns; ) {
                    int end = layout.runEnd(row, column, columns);
                    work.take(layout.group(row, column, columns), row * columns + column, row * columns + end);
                    column = end;
                }
            }
        });
    }

    /** The largest {@code |w|} of every group. */
    static float[] largest(float[] weights, int rows, int columns, GroupLayout layout) {
        var largest = new float[layout.count(rows, columns)];
        if (layout instanceof GroupLayout.Blocks blocks) {
            var pieces = new GroupLayout.AlongColumns(blocks.blockColumns());
            float[] ofPiece = largest(weights, rows, columns, pieces);
            int perRow = GroupLayout.perRow(columns, blocks.blockColumns());
            for (int piece = 0; piece < ofPiece.length; piece++) {
                int group = layout.group(piece / perRow, piece % perRow * blocks.blockColumns(), columns);
                largest[group] = Math.max(largest[group], ofPiece[piece]);
            }
            return largest;
        }
        forEach(rows, columns, layout, (group, from, to) -> largest[group] = largest(weights, from, to));
        return largest;
    }

    static float largest(float[] weights, int from, int to) {
        float largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(weights[i]));
        }
        return largest;
    }
}
