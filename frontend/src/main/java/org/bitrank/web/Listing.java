package org.bitrank.web;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bitrank.web.errors.InvalidFields;

/**
 * A list in the REST interface.
 *
 * @param total items on all pages
 */
public record Listing<T>(List<T> items, long total, int page, int size) {
    /** The most items of one page. */
    public static final int MOST = 500;

    public static <T> Listing<T> whole(List<T> items) {
        return new Listing<>(items, items.size(), 0, items.size());
    }

    /** One page of a list that lies whole in memory; empty behind the last. */
    public static <T> Listing<T> page(List<T> all, int page, int size) {
        var errors = new TreeMap<String, String>();
        check(page, size, MOST, errors);
        if (!errors.isEmpty()) {
            throw new InvalidFields(errors);
        }
        int from = (int) Math.min(all.size(), (long) page * size);
        int to = (int) Math.min(all.size(), (long) from + size);
        return new Listing<>(List.copyOf(all.subList(from, to)), all.size(), page, size);
    }

    /** @param errors gets what no list has, by parameter */
    public static void check(int page, int size, int most, Map<String, String> errors) {
        if (page < 0) {
            errors.put("page", page + " is not allowed; pages count from 0");
        }
        if (size < 1 || size > most) {
            errors.put("size", size + " is not allowed; give 1 to " + most);
        }
    }
}
