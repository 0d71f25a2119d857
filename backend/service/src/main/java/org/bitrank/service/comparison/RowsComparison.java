package org.bitrank.service.comparison;

import java.util.List;
import org.bitrank.service.result.ResultRow;

/**
 * What a comparison page shows.
 *
 * @param rows in the order asked for
 * @param pairs first with second, first with third, …
 * @param tests headline tests in the view, which Holm's correction is over
 */
public record RowsComparison(List<ResultRow> rows, List<RowPair> pairs, int tests) {
    /**
     * Two rows.
     *
     * @param first id of the row that differences are taken from
     * @param second id of the other
     * @param metrics those that both have on the same items, task by task
     * @param reasons why tasks, or the whole pair, cannot be compared, in words
     */
    public record RowPair(long first, long second, List<MetricPair> metrics, List<String> reasons) {}
}
