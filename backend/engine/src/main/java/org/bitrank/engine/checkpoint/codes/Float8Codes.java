package org.bitrank.engine.checkpoint.codes;

import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.kernels.BitRankException;

/** Codes of float8 E4M3 as they lie in safetensors. */
public final class Float8Codes {
    private static final int NAN = 0x7F;

    private Float8Codes() {}

    /** The codes of a tensor, none of which may be NaN: decoding does not look for it again. */
    public static byte[] read(SafetensorsParts parts, String part) {
        byte[] codes = parts.byteArray(part);
        for (int i = 0; i < codes.length; i++) {
            if ((codes[i] & NAN) == NAN) {
                throw BitRankException.badInput("%s holds NaN, first at element %d; the checkpoint is damaged, get it again".formatted(parts.name(part), i));
            }
        }
        return codes;
    }
}
