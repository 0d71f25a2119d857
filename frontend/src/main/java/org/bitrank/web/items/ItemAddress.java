package org.bitrank.web.items;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bitrank.service.item.ItemQuery;
import org.bitrank.service.item.Show;
import org.bitrank.web.Listing;
import org.bitrank.web.errors.InvalidFields;

/** The explorer's state as it stands in the address. */
public record ItemAddress(long row, ItemQuery query) {
    static final int PAGE_SIZE = 20;
    static final int LARGEST_PAGE = 200;

    /** The first page of a task's items, for links from elsewhere. */
    public static String of(long row, String task, Long against, Show show) {
        return new ItemAddress(row, new ItemQuery(task, against, show, "", 0, PAGE_SIZE)).text();
    }

    static ItemAddress of(long row, String task, Long against, String show, String words, int page, int size) {
        var errors = new TreeMap<String, String>();
        Listing.check(page, size, LARGEST_PAGE, errors);
        Optional<Show> asked = Show.ofLabel(show.isEmpty() ? Show.ALL.label() : show);
        if (asked.isEmpty()) {
            errors.put("show", "'" + show + "' is none of " + Arrays.stream(Show.values()).map(Show::label).collect(Collectors.joining(", ")));
        }
        if (!errors.isEmpty()) {
            throw new InvalidFields(errors);
        }
        return new ItemAddress(row, new ItemQuery(task, against, asked.get(), words, page, size));
    }

    ItemAddress with(Show show) {
        return new ItemAddress(row, new ItemQuery(query.task(), query.against(), show, query.text(), 0, query.size()));
    }

    ItemAddress paged(int page) {
        return new ItemAddress(row, new ItemQuery(query.task(), query.against(), query.show(), query.text(), page, query.size()));
    }

    String text() {
        var text = new StringBuilder("/rows/" + row + "/items?task=").append(encoded(query.task()));
        if (query.against() != null) {
            text.append("&against=").append(query.against());
        }
        if (query.show() != Show.ALL) {
            text.append("&show=").append(query.show().label());
        }
        if (!query.text().isEmpty()) {
            text.append("&q=").append(encoded(query.text()));
        }
        if (query.page() > 0) {
            text.append("&page=").append(query.page());
        }
        if (query.size() != PAGE_SIZE) {
            text.append("&size=").append(query.size());
        }
        return text.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
