package org.bitrank.service.item;

import java.util.List;

/**
 * One page of a task's items.
 *
 * @param base the row that is compared with, the unquantized one unless another was asked for, or null
 * @param counts over all items of the task, whatever the query
 * @param total items that the query finds, on all pages
 */
public record ItemPage(long row, Long base, ItemQuery query, ItemCounts counts, long total, List<ItemView> items) {}
