package org.bitrank.service.item;

import java.util.List;
import java.util.Optional;

/** Items of measured rows, read from the records that each run leaves. */
public interface Items {
    /** The row's tasks that have records, in the order of the run; empty for published rows. */
    List<ItemCounts> counts(long row);

    /**
     * One page of one task's items; empty when the row has no records of that task. Fails as BAD_INPUT where the row to
     * compare with was measured in another way, as the items are not the same then.
     */
    Optional<ItemPage> page(long row, ItemQuery query);
}
