package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Map;

/**
 * A document with what is asked about it.
 *
 * @param documentId its place in the split, from 0
 * @param target the right answer as the task states it: a choice's number, a text, or several
 */
public record Item(int documentId, Map<String, Object> document, List<Request> requests, Object target) {
    public Item {
        requests = List.copyOf(requests);
    }
}
