package org.bitrank.service.comparison;

import java.util.List;

/** Measured rows against each other on the items that they share. */
public interface Comparisons {
    /** Rows in one view: more would make more pairs than anybody reads. */
    int MOST_ROWS = 4;

    /**
     * Every pair of these rows, in their order. Rows that are not there, are published or left no records come back as pairs
     * with a reason and no figures.
     *
     * @param rows ids, two to {@link #MOST_ROWS} different ones
     * @throws IllegalArgumentException for fewer or more
     */
    RowsComparison compare(List<Long> rows);
}
