package org.bitrank.engine.evaluate;

import java.util.Arrays;

/** What is read off one batch's rows, as it is collected: passage by passage, in the order of their tokens. */
final class ScoringReads {
    private final Numbers passages = new Numbers();
    private final Numbers counts = new Numbers();
    private final Numbers rows = new Numbers();
    private final Numbers targets = new Numbers();
    private int finished;

    private static final class Numbers {
        private int[] values = new int[16];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        int[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }

    /** Row {@code row} predicts the next token of a passage, {@code target}. */
    void add(int passage, int row, int target) {
        if (passages.size == 0 || passages.values[passages.size - 1] != passage) {
            passages.add(passage);
            counts.add(0);
        }
        counts.values[counts.size - 1]++;
        rows.add(row);
        targets.add(target);
    }

    /** A passage ends in this batch. */
    void finish() {
        finished++;
    }

    int[] passages() {
        return passages.toArray();
    }

    int[] counts() {
        return counts.toArray();
    }

    int[] rows() {
        return rows.toArray();
    }

    int[] targets() {
        return targets.toArray();
    }

    int finished() {
        return finished;
    }
}
