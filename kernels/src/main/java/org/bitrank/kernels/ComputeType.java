package org.bitrank.kernels;

import java.util.Locale;

/**
 * The type that matrix products read; they always accumulate, and everything else always computes, in float32 or wider.
 */
public enum ComputeType {
    FLOAT32,
    BFLOAT16;

    /** The name used on the command line and in protocols: {@code float32}, {@code bfloat16}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
