package org.bitrank.service.result;

import java.util.List;

/** Writing rows. Publishes {@link RowsChanged} after the transaction. */
public interface ResultRecorder {
    /** Returns the new row's id. */
    long record(NewRow row);

    /** Replaces all rows that came from one published file. */
    void replacePublished(String sourceTable, List<NewRow> rows);
}
