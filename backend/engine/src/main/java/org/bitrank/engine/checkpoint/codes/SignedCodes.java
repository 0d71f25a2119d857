package org.bitrank.engine.checkpoint.codes;

import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.kernels.BitRankException;

/** Codes that formats store signed, one a byte; ours are those plus {@code 2^(bits - 1)}. */
public final class SignedCodes {
    private SignedCodes() {}

    /** The codes of an int8 tensor, every one of which must be of so many bits. */
    public static byte[] unsigned(SafetensorsParts parts, String part, int bits) {
        byte[] codes = parts.byteArray(part);
        int middle = 1 << (bits - 1);
        for (int i = 0; i < codes.length; i++) {
            int code = codes[i] + middle;
            if (code < 0 || code >= 2 * middle) {
                throw BitRankException.badInput("%s holds %d, which is no code of %d bits".formatted(parts.name(part), codes[i], bits));
            }
            codes[i] = (byte) code;
        }
        return codes;
    }

    /** Zero points of an int8 tensor. */
    public static float[] zeros(SafetensorsParts parts, String part, int bits) {
        byte[] stored = unsigned(parts, part, bits);
        var zeros = new float[stored.length];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = stored[i] & 0xFF;
        }
        return zeros;
    }

    public static byte[] signed(byte[] codes, int bits) {
        int middle = 1 << (bits - 1);
        var signed = new byte[codes.length];
        for (int i = 0; i < codes.length; i++) {
            signed[i] = (byte) ((codes[i] & 0xFF) - middle);
        }
        return signed;
    }
}
