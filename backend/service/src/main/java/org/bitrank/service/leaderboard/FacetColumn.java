package org.bitrank.service.leaderboard;

import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;
import org.bitrank.service.result.BitsLevel;
import org.bitrank.service.result.ResultRow;

/** What a board can be filtered by. */
enum FacetColumn {
    PROVENANCE(true, row -> row.provenance().label()),
    MODEL(true, ResultRow::model),
    METHOD(false, ResultRow::method),
    BITS(false, BitsLevel::of),
    GROUP_SIZE(false, row -> row.groupSize() == null ? null : row.groupSize().toString()),
    SYMMETRIC(false, row -> row.symmetric() == null ? null : row.symmetric().toString()),
    TOWERS(false, ResultRow::towers),
    SUITE(true, ResultRow::suite);

    private final boolean ofBases;
    private final Function<ResultRow, String> value;

    /** @param ofBases whether it also decides which bases are shown: they have no method, bits or group of their own */
    FacetColumn(boolean ofBases, Function<ResultRow, String> value) {
        this.ofBases = ofBases;
        this.value = value;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean ofBases() {
        return ofBases;
    }

    String value(ResultRow row) {
        return value.apply(row);
    }

    /** For people. */
    String shown(String value) {
        return switch (this) {
            case GROUP_SIZE -> value.equals("0") ? "per channel" : value;
            case SYMMETRIC -> value.equals("true") ? "symmetric" : "asymmetric";
            default -> value;
        };
    }

    Comparator<String> order() {
        return this == BITS || this == GROUP_SIZE
                ? Comparator.comparingDouble(Double::parseDouble)
                : Comparator.naturalOrder();
    }
}
