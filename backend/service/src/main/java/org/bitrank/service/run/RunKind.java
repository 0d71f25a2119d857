package org.bitrank.service.run;

import java.util.Locale;

/** What a run makes a row of. */
public enum RunKind {
    /** The unquantized model itself: the base of the others. */
    BASE,
    /** A recipe: quantize, store, read back, measure. */
    RECIPE,
    /** A checkpoint that somebody quantized elsewhere. */
    CHECKPOINT;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
