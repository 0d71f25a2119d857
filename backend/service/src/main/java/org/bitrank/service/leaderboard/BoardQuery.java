package org.bitrank.service.leaderboard;

import java.util.Set;
import org.bitrank.service.result.Provenance;

/**
 * What to show. An empty set filters nothing.
 *
 * @param bits numbers in the name: 4, 1.58
 * @param groupSizes 0 means per channel
 * @param symmetric null shows both
 * @param towers combinations of quantized parts of a vision-language model, as rows name them
 * @param text words that label, model or method must contain, in any case; empty shows all
 * @param tasks what quality, loss, recovery and rank are made of; empty means all tasks of a row
 * @param limits what a row must keep and may weigh
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
        Set<String> towers,
        String text,
        Set<String> tasks,
        Limits limits,
        String sort,
        boolean descending,
        int page,
        int size) {
    public static final int ALL = Integer.MAX_VALUE;

    /**
     * @param leastRecovery percent of the base's quality that a row keeps at least, or null
     * @param mostBytes what its weights take at most, or null
     * @param bestOnly of the rows of one method at one number of bits only the one that loses least
     */
    public record Limits(Double leastRecovery, Long mostBytes, boolean bestOnly) {
        public static final Limits NONE = new Limits(null, null, false);
    }

    public BoardQuery {
        models = Set.copyOf(models);
        methods = Set.copyOf(methods);
        bits = Set.copyOf(bits);
        groupSizes = Set.copyOf(groupSizes);
        suites = Set.copyOf(suites);
        provenances = Set.copyOf(provenances);
        towers = Set.copyOf(towers);
        text = text == null ? "" : text.strip();
        tasks = Set.copyOf(tasks);
        sort = sort == null || sort.isBlank() ? SortColumn.RANK.label() : sort;
        if (page < 0 || size < 1) {
            throw new IllegalArgumentException("page " + page + " of size " + size);
        }
    }

    /** Without limits, over all tasks. */
    public BoardQuery(
            Set<String> models, Set<String> methods, Set<Double> bits, Set<Integer> groupSizes, Set<String> suites,
            Set<Provenance> provenances, Boolean symmetric, String text, String sort, boolean descending, int page, int size) {
        this(models, methods, bits, groupSizes, suites, provenances, symmetric, Set.of(), text, Set.of(), Limits.NONE, sort, descending, page, size);
    }

    /** Every measured row, best first. */
    public static BoardQuery measured(int page, int size) {
        return new BoardQuery(
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(Provenance.MEASURED), null, "",
                SortColumn.RANK.label(), false, page, size);
    }

    public BoardQuery page(int otherPage, int otherSize) {
        return new BoardQuery(
                models, methods, bits, groupSizes, suites, provenances, symmetric, towers, text, tasks, limits, sort, descending, otherPage, otherSize);
    }

    public BoardQuery sorted(String column, boolean downwards) {
        return new BoardQuery(
                models, methods, bits, groupSizes, suites, provenances, symmetric, towers, text, tasks, limits, column, downwards, 0, size);
    }

    /** Of these models, suites and provenances; everything else as it is. */
    public BoardQuery of(Set<String> otherModels, Set<String> otherSuites, Set<Provenance> otherProvenances) {
        return new BoardQuery(
                otherModels, methods, bits, groupSizes, otherSuites, otherProvenances, symmetric, towers, text, tasks, limits, sort,
                descending, page, size);
    }

    /** What decides which rows are shown and how they rank, whatever their order. */
    BoardQuery selection() {
        return new BoardQuery(
                models, methods, bits, groupSizes, suites, provenances, symmetric, towers, text, tasks, limits, null, false, 0, 1);
    }
}
