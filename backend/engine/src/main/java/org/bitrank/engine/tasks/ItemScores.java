package org.bitrank.engine.tasks;

import java.util.List;

/** The metrics of one document, or of one window of a text. */
public record ItemScores(int documentId, List<ItemMetric> metrics) {
    public ItemScores {
        metrics = List.copyOf(metrics);
    }
}
