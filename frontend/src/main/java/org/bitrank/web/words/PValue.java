package org.bitrank.web.words;

import java.util.Locale;

/** How p-values are written: no more digits than mean something, and never zero. */
public final class PValue {
    private PValue() {}

    public static String of(Double value) {
        if (value == null || value.isNaN()) {
            return Figures.ABSENT;
        }
        if (value < 0.001) {
            return "< 0.001";
        }
        return String.format(Locale.ROOT, value < 0.1 ? "%.3f" : "%.2f", value);
    }
}
