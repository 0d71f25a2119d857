package org.bitrank.service.leaderboard;

import java.util.Comparator;
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

    /** The order that a query's sort column means; unknown columns are score columns. Total: ends with the id. */
    static Comparator<BoardRow> order(String column, boolean descending) {
        Function<BoardRow, Comparable<?>> key = row -> value(row.result().score(column));
        for (SortColumn known : values()) {
            if (known.label().equals(column)) {
                key = known.key;
            }
        }
        Function<BoardRow, Comparable<?>> chosen = key;
        return (left, right) -> {
            Comparable<?> a = chosen.apply(left);
            Comparable<?> b = chosen.apply(right);
            int order = a == null || b == null ? Boolean.compare(a == null, b == null) : compare(a, b, descending);
            return order != 0 ? order : Long.compare(left.result().id(), right.result().id());
        };
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
