package org.bitrank.service.result;

import java.util.Locale;

/** Where a row's numbers come from. Rows of different provenance are never ranked together. */
public enum Provenance {
    MEASURED,
    PUBLISHED;

    /** The name in addresses and files: {@code measured}, {@code published}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Provenance ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
