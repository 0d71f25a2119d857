package org.bitrank.web;

import java.util.List;

/**
 * A list in the REST interface.
 *
 * @param total items on all pages
 */
public record Listing<T>(List<T> items, long total, int page, int size) {
    public static <T> Listing<T> whole(List<T> items) {
        return new Listing<>(items, items.size(), 0, items.size());
    }

    /** One page of a list that lies whole in memory. */
    public static <T> Listing<T> page(List<T> all, int page, int size) {
        int from = (int) Math.min(all.size(), (long) Math.max(0, page) * Math.max(1, size));
        int to = (int) Math.min(all.size(), (long) from + Math.max(1, size));
        return new Listing<>(List.copyOf(all.subList(from, to)), all.size(), page, size);
    }
}
