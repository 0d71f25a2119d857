package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.bitrank.service.result.Score;

/** The columns that a board can be sorted by, besides one column a score. Rows without a value come last either way. */
public enum SortColumn {
    RANK(row -> row.rank() == null ? null : row.rank().low() + row.rank().high() * 1e-6),
    MODEL(row -> row.result().model()),
    METHOD(row -> row.result().method()),
    LABEL(row -> row.result().label()),
    BITS(row -> row.result().bits()),
    GROUP_SIZE(row -> row.result().groupSize()),
    SUITE(row -> row.result().suite()),
    PERPLEXITY(row -> value(row.perplexity())),
    ACCURACY(BoardRow::accuracy),
    DIFFERENCE(row -> row.difference() == null ? null : Double.valueOf(row.difference().loss())),
    RECOVERY(BoardRow::recovery),
    DIVERGENCE(row -> row.result().divergence()),
    AGREEMENT(row -> row.result().topAgreement()),
    EFFECTIVE_BITS(row -> row.result().effectiveBits()),
    BYTES(row -> row.result().bytes()),
    PREFILL(row -> row.result().prefillRate()),
    DECODE(row -> row.result().decodeRate()),
    CREATED(row -> row.result().createdAt());

    private final Function<BoardRow, Comparable<?>> key;

    SortColumn(Function<BoardRow, Comparable<?>> key) {
        this.key = key;
    }

    /** The name in addresses: {@code effective-bits}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private record Keyed(Comparable<?> key, BoardRow row) {}

    /** In the order that a query's column means; unknown columns are score columns. Total: ends with the id. */
    static List<BoardRow> sorted(List<Entry> entries, String column, boolean descending) {
        Function<BoardRow, Comparable<?>> key = row -> value(row.result().score(column));
        for (SortColumn known : values()) {
            if (known.label().equals(column)) {
                key = known.key;
            }
        }
        var keyed = new ArrayList<Keyed>(entries.size());
        for (Entry entry : entries) {
            keyed.add(new Keyed(key.apply(entry.row()), entry.row()));
        }
        keyed.sort((left, right) -> order(left, right, descending));
        var rows = new ArrayList<BoardRow>(keyed.size());
        for (Keyed one : keyed) {
            rows.add(one.row());
        }
        return rows;
    }

    private static int order(Keyed left, Keyed right, boolean descending) {
        Comparable<?> a = left.key();
        Comparable<?> b = right.key();
        int order = a == null || b == null ? Boolean.compare(a == null, b == null) : compare(a, b, descending);
        return order != 0 ? order : Long.compare(left.row().id(), right.row().id());
    }

    @SuppressWarnings("unchecked")
    private static int compare(Comparable<?> a, Comparable<?> b, boolean descending) {
        int order = ((Comparable<Object>) a).compareTo(b);
        return descending ? -order : order;
    }

    private static Double value(Score score) {
        return score == null ? null : score.value();
    }
}
