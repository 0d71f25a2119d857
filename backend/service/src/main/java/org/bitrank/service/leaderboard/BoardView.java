package org.bitrank.service.leaderboard;

import java.util.List;

/**
 * One page of the board.
 *
 * @param rows the page's rows, in order; bases are not among them
 * @param total rows on all pages
 * @param bases the unquantized rows that the page's rows are compared with, and those that the filters let through
 * @param facets what can be filtered by, in display order
 * @param columns the scores that any row of the whole view has
 * @param protocols the protocols of the whole view's measured rows; rows are ranked within one only
 * @param version the snapshot that was read
 */
public record BoardView(
        BoardQuery query,
        List<BoardRow> rows,
        long total,
        List<BoardRow> bases,
        List<Facet> facets,
        List<ScoreColumn> columns,
        List<ProtocolGroup> protocols,
        String version) {
    /**
     * @param name {@code provenance, model, method, bits, group-size, symmetric, towers, suite}
     * @param values in display order; counts say how many rows each would show with all other filters as they are
     */
    public record Facet(String name, List<FacetValue> values) {}

    /** @param value as in an address; @param label for people */
    public record FacetValue(String value, String label, long count, boolean selected) {}

    /** @param key {@code task.metric}, which is also what to sort by */
    public record ScoreColumn(String key, String task, String metric, boolean higherIsBetter, long rows) {}

    public record ProtocolGroup(String model, String suite, String key, String line, long rows) {}
}
