package org.bitrank.service.item;

/**
 * Which items to show, in the order of the data.
 *
 * @param against the row to compare with, measured in the same way; null for the base
 * @param text words that prompt, choices or answer must contain, in any case; empty shows all
 * @param page from 0
 */
public record ItemQuery(String task, Long against, Show show, String text, int page, int size) {
    public ItemQuery {
        text = text == null ? "" : text.strip();
        if (page < 0 || size < 1) {
            throw new IllegalArgumentException("page " + page + " of size " + size);
        }
    }

    /** Compared with the base. */
    public ItemQuery(String task, Show show, String text, int page, int size) {
        this(task, null, show, text, page, size);
    }
}
