package org.bitrank.service.leaderboard;

import java.util.Set;
import org.bitrank.service.result.Provenance;

/**
 * What to show. An empty set filters nothing.
 *
 * @param bits numbers in the name: 4, 1.58
 * @param groupSizes 0 means per channel
 * @param symmetric null shows both
 * @param text words that label, model or method must contain, in any case; empty shows all
 * @param sort {@link SortColumn} name, or {@code task.metric}
 * @param page from 0
 * @param size rows of a page; {@link #ALL} for all
 */
public record BoardQuery(
        Set<String> models,
        Set<String> methods,
        Set<Double> bits,
        Set<Integer> groupSizes,
        Set<String> suites,
        Set<Provenance> provenances,
        Boolean symmetric,
        String text,
        String sort,
        boolean descending,
        int page,
        int size) {
    public static final int ALL = Integer.MAX_VALUE;

    public BoardQuery {
        models = Set.copyOf(models);
        methods = Set.copyOf(methods);
        bits = Set.copyOf(bits);
        groupSizes = Set.copyOf(groupSizes);
        suites = Set.copyOf(suites);
        provenances = Set.copyOf(provenances);
        text = text == null ? "" : text.strip();
        sort = sort == null || sort.isBlank() ? SortColumn.RANK.label() : sort;
        if (page < 0 || size < 1) {
            throw new IllegalArgumentException("page " + page + " of size " + size);
        }
    }

    /** Every measured row, best first. */
    public static BoardQuery measured(int page, int size) {
        return new BoardQuery(
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(Provenance.MEASURED), null, "",
                SortColumn.RANK.label(), false, page, size);
    }
}
