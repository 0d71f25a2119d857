package org.bitrank.service.analysis;

import java.util.Comparator;
import java.util.function.Function;
import org.bitrank.service.result.BitsLevel;
import org.bitrank.service.result.ResultRow;

/** What rows are told apart by in an analysis. */
public enum RowFactor {
    METHOD("method", ResultRow::method, Comparator.naturalOrder()),
    BITS("bits", row -> number(row.bits()), Comparator.comparingDouble(RowFactor::order)),
    GROUP_SIZE("group size", RowFactor::group, Comparator.comparingDouble(RowFactor::order)),
    MODEL("model", ResultRow::model, Comparator.naturalOrder()),
    ACTIVATION_BITS("activation bits", row -> row.activationBits() == null ? "16" : number(row.activationBits()),
            Comparator.comparingDouble(RowFactor::order));

    private static final String UNKNOWN = "not given";

    private final String label;
    private final Function<ResultRow, String> level;
    private final Comparator<String> order;

    RowFactor(String label, Function<ResultRow, String> level, Comparator<String> order) {
        this.label = label;
        this.level = level;
        this.order = order;
    }

    public String label() {
        return label;
    }

    public String level(ResultRow row) {
        return level.apply(row);
    }

    Comparator<String> order() {
        return order;
    }

    private static String group(ResultRow row) {
        if (row.groupSize() == null) {
            return UNKNOWN;
        }
        return row.groupSize() == 0 ? "per channel" : row.groupSize().toString();
    }

    private static String number(Double value) {
        if (value == null) {
            return UNKNOWN;
        }
        return BitsLevel.of(value);
    }

    /** Words before and numbers in their order. */
    private static double order(String level) {
        return level.matches("[\\d.]+") ? Double.parseDouble(level) : level.equals(UNKNOWN) ? -2 : -1;
    }
}
